package dev.authpipe.proxy.caller;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.secret.SecretBytes;

/** Remembers the answers of requests with an {@code Idempotency-Key} for 24 hours per API key, sealed. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
@Singleton
public final class IdempotentRequests {
  /**
   * Begins a request.
   *
   * @param idempotencyKey value of the header, 1 to 255 visible ASCII characters, else {@code invalid_request}
   * @param operation      method and path
   * @param body           the request's bytes
   */
  public IdempotencyOutcome begin(Caller caller, String idempotencyKey, String operation, byte[] body) {
    throw new UnsupportedOperationException();
  }

  /** Keeps the answer of a request that was carried out. */
  public void finish(IdempotencyClaim claim, int status, SecretBytes body) {
    throw new UnsupportedOperationException();
  }

  /** Gives the key free again after a request that did nothing. */
  public void abandon(IdempotencyClaim claim) {
    throw new UnsupportedOperationException();
  }
}
