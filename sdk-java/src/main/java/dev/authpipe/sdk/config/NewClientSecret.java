package dev.authpipe.sdk.config;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.ProvidedSecret;

/**
 * A client secret to be set. Prints masked; the proxy seals it and never shows it again.
 *
 * @param secret           as the provider shows it
 * @param expiresAt        when it ends by itself, in the future; null: unknown. Never ends its use
 * @param previousValidFor how long the one before is tried as well, at most 30 days; null: it is erased at once
 */
public record NewClientSecret(ProvidedSecret secret, @Nullable Instant expiresAt, @Nullable Duration previousValidFor) {

  /** Checks that there is one. */
  public NewClientSecret {
    Objects.requireNonNull(secret, "secret");
  }

  /**
   * One that replaces the one before at once.
   *
   * @param secret as the provider shows it
   * @return the secret to be set
   */
  public static NewClientSecret of(ProvidedSecret secret) {
    return new NewClientSecret(secret, null, null);
  }

  /**
   * The same, with the one before tried as well for a while.
   *
   * @param time at most 30 days
   * @return a new one
   */
  public NewClientSecret keepingPreviousFor(Duration time) {
    return new NewClientSecret(secret, expiresAt, time);
  }

  /**
   * The same, known to end by itself.
   *
   * @param at in the future
   * @return a new one
   */
  public NewClientSecret expiringAt(Instant at) {
    return new NewClientSecret(secret, at, previousValidFor);
  }
}
