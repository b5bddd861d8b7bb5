package dev.authpipe.proxy.connection;

import java.util.UUID;
import java.util.function.Function;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.IdempotencyClaim;
import dev.authpipe.proxy.caller.IdempotencyOutcome;
import dev.authpipe.proxy.caller.IdempotentRequests;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.SecretBytes;

/**
 * Carries a request with an {@code Idempotency-Key} out once. What is remembered is committed with what was done, so that a cut in between leaves
 * neither. Must never answer with somebody else's request.
 */
@Singleton
final class OncePerKey {
  private static final String HEADER = "Idempotency-Key";

  private final IdempotentRequests idempotent;

  OncePerKey(IdempotentRequests idempotent) {
    this.idempotent = idempotent;
  }

  /** The right to remember; without effect for a request without a key. */
  final class Right {
    private final @Nullable IdempotencyClaim claim;

    private Right(@Nullable IdempotencyClaim claim) {
      this.claim = claim;
    }

    /**
     * Remembers what a repetition is told.
     *
     * @param endUser the random id of the person it names, with whom it is erased; null: it names nobody
     * @throws ProblemException if another request took the claim over: nothing may be done
     */
    void keep(Tx tx, Sealer sealer, SecretBytes kept, @Nullable UUID endUser) {
      if (claim != null && !idempotent.finish(tx, claim, 201, kept, sealer, endUser)) {
        throw new ProblemException(ErrorCode.REQUEST_IN_PROGRESS);
      }
    }
  }

  /**
   * Runs the work unless it was done before.
   *
   * @param repeated makes an answer of what was remembered
   * @param work     must remember in its transaction
   */
  <T> T run(Caller caller, HttpRequest<?> request, String operation, byte[] body, Function<SecretBytes, T> repeated,
      Function<Right, T> work) {
    String key = request.getHeaders().get(HEADER);
    if (key == null) {
      return work.apply(new Right(null));
    }
    return switch (idempotent.begin(caller, key, operation, body)) {
      case IdempotencyOutcome.Repeated(int _, SecretBytes kept) -> repeated.apply(kept);
      case IdempotencyOutcome.KeyReused _ -> throw new ProblemException(ErrorCode.IDEMPOTENCY_KEY_REUSED);
      case IdempotencyOutcome.InProgress _ -> throw new ProblemException(ErrorCode.REQUEST_IN_PROGRESS);
      case IdempotencyOutcome.Proceed(IdempotencyClaim claim) -> {
        boolean done = false;
        try {
          T answer = work.apply(new Right(claim));
          done = true;
          yield answer;
        } finally {
          if (!done) {
            idempotent.abandon(claim); // without effect once it was remembered
          }
        }
      }
    };
  }
}
