package dev.authpipe.proxy.config;

import java.time.Instant;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * What the page shows that takes a client secret.
 *
 * @param workspace            name of the workspace
 * @param integration          slug of the integration
 * @param provider             as people call it
 * @param tokenOrigin          the only origin that the secret will be sent to
 * @param replacesSince        since when the one is set that it replaces; absent: it is the first
 * @param previousValidSeconds how long that one is tried as well
 * @param expiresAt            until when the link is good
 */
@Introspected
record EntryPageView(String workspace, String integration, String provider, String tokenOrigin, @Nullable Instant replacesSince,
    long previousValidSeconds, @JsonSerialize(using = SecretJson.Writer.class) SecretText csrfToken, Instant expiresAt) {

  /**
   * The secret is stored.
   *
   * @param maskedPrefix the provider's fixed type prefix and at most 4 characters more, or empty
   */
  @Introspected
  record Done(String maskedPrefix) {}
}
