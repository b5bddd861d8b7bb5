package dev.authpipe.control.policy;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WebAddress;

/**
 * Changes of the rules; what is left out stays.
 *
 * @param retentionDays for how many days the shell of a disconnected connection stays, 0 to 30
 * @param strictAudit   whether proxies record reads and calls before they happen
 * @param connectOrigin where end users reach the proxy, such as {@code https://connect.example.com}; empty: not told
 */
@Introspected
@Schema(name = "PolicyBody")
record PolicyBody(@Nullable Integer retentionDays, @Nullable Boolean strictAudit, @Nullable String connectOrigin) {

  Policy over(Policy before) {
    int days = retentionDays == null ? before.retentionDays() : retentionDays;
    if (days < 0 || days > 30) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "retention_days is 0 to 30.");
    }
    return new Policy(days, strictAudit == null ? before.strictAudit() : strictAudit, origin(before), before.version());
  }

  private @Nullable String origin(Policy before) {
    if (connectOrigin == null) {
      return before.connectOrigin();
    }
    return connectOrigin.isEmpty() ? null : WebAddress.origin("connect_origin", connectOrigin);
  }
}
