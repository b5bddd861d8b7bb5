package dev.authpipe.proxy.envelope.google;

import com.google.auth.Retryable;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;

/** Reads the failures of Google Cloud KMS: what is a refusal, what an outage, what neither. Its text never leaves here. */
final class GoogleFailures {
  private static final Logger LOG = LoggerFactory.getLogger(GoogleFailures.class);

  private GoogleFailures() {}

  static RuntimeException of(String kek, Status status, boolean decrypting) {
    LOG.debug("KEK {}: {}", kek, status.getCode());
    return switch (status.getCode()) {
      case PERMISSION_DENIED -> new KekRefusedException(Reason.DENIED);
      case UNAUTHENTICATED -> new KekRefusedException(Reason.NO_CREDENTIALS);
      case NOT_FOUND -> new KekRefusedException(Reason.NOT_FOUND);
      case FAILED_PRECONDITION -> new KekRefusedException(isBeingDestroyed(status) ? Reason.PENDING_DELETION : Reason.DISABLED);
      case INVALID_ARGUMENT -> decrypting ? new IntegrityException("wrapped keyset") : new KekRefusedException(Reason.DENIED);
      case UNIMPLEMENTED, OUT_OF_RANGE, ALREADY_EXISTS -> new KekRefusedException(Reason.DENIED); // an answer all the same, and not yes
      case UNAVAILABLE -> status.getCause() instanceof Retryable given && !given.isRetryable()
          ? new KekRefusedException(Reason.NO_CREDENTIALS) // whoever gives out credentials said no
          : new KekOutageException("no answer");
      case RESOURCE_EXHAUSTED -> new KekOutageException("throttled");
      case DEADLINE_EXCEEDED, CANCELLED -> new KekOutageException("deadline");
      case INTERNAL, UNKNOWN, ABORTED, DATA_LOSS, OK -> new KekOutageException("server error");
    };
  }

  private static boolean isBeingDestroyed(Status status) {
    String description = status.getDescription();
    return description != null && description.contains("DESTROY");
  }
}
