package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * An access token just read, with what is known about it. Never worth keeping: read again when it is needed again.
 *
 * @param accessToken the token; prints {@code ***}
 * @param tokenType how to send it (RFC 6749, section 7.1), mostly {@code Bearer}
 * @param expiresAt when it ends; null when the provider does not say
 * @param scopes what it may do
 * @param generation counter of the credential's value; a larger one is newer
 */
public record IssuedAccessToken(
    AccessToken accessToken,
    String tokenType,
    @Nullable Instant expiresAt,
    Set<String> scopes,
    long generation) {

  /** Checks that nothing required is missing, and copies. */
  public IssuedAccessToken {
    Objects.requireNonNull(accessToken, "accessToken");
    Objects.requireNonNull(tokenType, "tokenType");
    scopes = Set.copyOf(scopes);
  }
}
