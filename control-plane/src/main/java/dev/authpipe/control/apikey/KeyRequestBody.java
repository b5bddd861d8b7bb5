package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LikeSecrets;
import dev.authpipe.control.http.ProblemException;

/**
 * A wish for an API key, which a proxy makes and shows once when its operator approves.
 *
 * @param name           what people call it, at most 100 characters
 * @param scopes         at least one
 * @param integrations   ids or slugs of those it may use; without it: all
 * @param callsPerMinute most calls a minute; without it: no cap
 * @param callsPerMonth  most calls a month; without it: no cap
 * @param expiresAt      when it ends; without it: never
 * @param requireEndUser whether each call has to name the end user for whom it is made
 */
@Introspected
@Schema(name = "ApiKeyRequestBody")
record KeyRequestBody(@Nullable String name, @Nullable List<String> scopes, @Nullable List<String> integrations,
    @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt, @Nullable Boolean requireEndUser)
    implements
      TermsBody {

  /** The name; also checks that there are scopes. */
  String checkedName() {
    if (name == null || name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "name is 1 to 100 characters on one line.");
    }
    LikeSecrets.refuse(List.of(name), List.of());
    if (scopes == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "scopes is needed.");
    }
    return name;
  }
}
