package dev.authpipe.proxy.caller;

import dev.authpipe.proxy.secret.SecretBytes;

/** What an {@code Idempotency-Key} means for a request. Never a reason to carry a request out twice. */
public sealed interface IdempotencyOutcome {
  /** Carry it out, then finish or abandon the claim. */
  record Proceed(IdempotencyClaim claim) implements IdempotencyOutcome {}

  /** It was carried out before: answer the same. */
  record Repeated(int status, SecretBytes body) implements IdempotencyOutcome {}

  /** The key was used for another request: 422 {@code idempotency_key_reused}. */
  record KeyReused() implements IdempotencyOutcome {}

  /** The same request is under way: 409 {@code request_in_progress}. */
  record InProgress() implements IdempotencyOutcome {}
}
