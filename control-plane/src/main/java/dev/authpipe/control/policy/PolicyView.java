package dev.authpipe.control.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rules of a workspace as members see them.
 *
 * @param retentionDays for how many days the shell of a disconnected connection stays
 * @param strictAudit   whether proxies record reads and calls before they happen
 * @param connectOrigin where end users reach the proxy; null: not told
 * @param version       counts its changes
 */
@Introspected
@Schema(name = "Policy")
record PolicyView(int retentionDays, boolean strictAudit, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String connectOrigin,
    long version) {
  static PolicyView of(Policy policy) {
    return new PolicyView(policy.retentionDays(), policy.strictAudit(), policy.connectOrigin(), policy.version());
  }
}
