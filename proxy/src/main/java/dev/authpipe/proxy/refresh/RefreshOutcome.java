package dev.authpipe.proxy.refresh;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** What a forced refresh ended in. Never carries the secret. */
public sealed interface RefreshOutcome permits RefreshOutcome.Refreshed, RefreshOutcome.NotRefreshable, FreshOutcome.Failure {
  /**
   * The connection has a newer access token than when the refresh was asked for.
   *
   * @param generation      the credential's new generation
   * @param accessExpiresAt when its access token expires, null when the provider does not say
   */
  record Refreshed(long generation, @Nullable Instant accessExpiresAt) implements RefreshOutcome {}

  /** The credential is of a kind that has no refresh: an API key, a password, a bearer token. */
  record NotRefreshable() implements RefreshOutcome {}
}
