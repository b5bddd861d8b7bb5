package dev.authpipe.proxy.config;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.clientsecret.ClientSecretEntries;
import dev.authpipe.proxy.clientsecret.ClientSecretEntry;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * A one-time link to enter a client secret, in answers of the API. The link itself stands in the answer to its creation only.
 *
 * @param id                   {@code cse_…}
 * @param entryUrl             for the browser of whoever enters the secret; its fragment opens the page, once. Only when it is created
 * @param tokenOrigin          the origin of the token endpoint for which the secret is asked
 * @param previousValidSeconds how long the client secret before is tried as well, once another was entered
 * @param createdAt            when it was made
 * @param expiresAt            until when it is good
 */
@Introspected
record EntryBody(String id,
    @JsonProperty("entry_url") @Schema(type = "string") @Nullable @JsonSerialize(using = SecretJson.Writer.class) SecretText entryUrl,
    @JsonProperty("token_origin") String tokenOrigin, @JsonProperty("previous_valid_seconds") long previousValidSeconds,
    @JsonProperty("created_at") Instant createdAt, @JsonProperty("expires_at") Instant expiresAt) {

  /**
   * Links of an integration that can still be used.
   *
   * @param data       the oldest first, without the links themselves
   * @param nextCursor absent: there are at most 5
   */
  @Introspected
  record Page(List<EntryBody> data, @Nullable String nextCursor) {}

  /**
   * A link to be made.
   *
   * @param lifetimeSeconds      how long it is good, 60 to 86400; 1800 when absent
   * @param previousValidSeconds how long the client secret before is tried as well, 0 to 2592000; absent: it is erased at once
   */
  @Introspected
  record Wanted(@JsonProperty("lifetime_seconds") @Nullable Long lifetimeSeconds,
      @JsonProperty("previous_valid_seconds") @Nullable Long previousValidSeconds) {
    Duration lifetime() {
      if (lifetimeSeconds == null) {
        return ClientSecretEntries.USUAL_LIFETIME;
      }
      if (lifetimeSeconds < 0 || lifetimeSeconds > ClientSecretEntries.LONGEST_LIFETIME.toSeconds()
          || !ClientSecretEntries.isLifetime(Duration.ofSeconds(lifetimeSeconds))) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "lifetime_seconds is 60 to 86400.");
      }
      return Duration.ofSeconds(lifetimeSeconds);
    }
  }

  static EntryBody of(ClientSecretEntry entry, @Nullable SecretText url) {
    return new EntryBody(entry.id().toString(), url, entry.tokenOrigin(), entry.keepPrevious().toSeconds(), entry.createdAt(),
        entry.expiresAt());
  }
}
