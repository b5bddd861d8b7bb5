package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.Optional;

import dev.authpipe.proxy.vault.OpenCredential;

/** What asking for a fresh credential ended in. Never carries a provider's words. */
public sealed interface FreshOutcome {
  /** Wipes the credential, if there is one. Idempotent. */
  default void close() {
    if (this instanceof Fresh(OpenCredential credential)) {
      credential.close();
    }
  }

  /**
   * A credential that may be used now. Whoever receives it closes it.
   *
   * @param credential opened for this request only; never to be kept
   */
  record Fresh(OpenCredential credential) implements FreshOutcome {}

  /** Every end without a credential; a forced refresh ends in the same ones. */
  sealed interface Failure extends FreshOutcome, RefreshOutcome {
    /** The stable error code of docs/api/errors.md: the one place where an end of this room becomes one. */
    default String code() {
      return switch (this) {
        case UnknownConnection _ -> "not_found";
        case Disconnected _ -> "disconnected";
        case ReauthRequired _ -> "reauth_required";
        case Backoff _ -> "refresh_backoff";
        case Misconfigured _ -> "integration_misconfigured";
        case ProviderUnreachable _ -> "provider_unreachable";
        case ProviderTimeout _ -> "provider_timeout";
        case KeyUnavailable _ -> "key_unavailable";
        case Integrity _ -> "integrity_error";
        case StoreUnavailable _ -> "store_unavailable";
      };
    }

    /** When asking again makes sense, where that is known. */
    default Optional<Duration> retryIn() {
      return this instanceof Backoff(Duration retryAfter) ? Optional.of(retryAfter) : Optional.empty();
    }
  }

  /** No such connection in this workspace (404). */
  record UnknownConnection() implements Failure {}

  /** The connection was disconnected (424 {@code disconnected}). */
  record Disconnected() implements Failure {}

  /** Only the end user can help: the refresh token is dead or there is none (424 {@code reauth_required}). */
  record ReauthRequired() implements Failure {}

  /**
   * Earlier refreshes failed for now, or the provider asked for a pause (424 {@code refresh_backoff}).
   *
   * @param retryAfter when asking again makes sense
   */
  record Backoff(Duration retryAfter) implements Failure {}

  /** The integration's registration is at fault, not the connection: wrong client secret, changed token endpoint. */
  record Misconfigured() implements Failure {}

  /** The provider could not be reached or answered with an error or nonsense (502). */
  record ProviderUnreachable() implements Failure {}

  /** The provider did not answer before the caller's deadline (504). */
  record ProviderTimeout() implements Failure {}

  /** The workspace's key cannot be used (503 {@code key_unavailable}). */
  record KeyUnavailable() implements Failure {}

  /** The sealed record does not belong where it stands (S2); an event was written. */
  record Integrity() implements Failure {}

  /** PostgreSQL does not answer (503 {@code store_unavailable}). */
  record StoreUnavailable() implements Failure {}
}
