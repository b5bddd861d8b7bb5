package dev.authpipe.proxy.envelope.aws;

import java.util.Locale;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;

/** Reads the failures of AWS KMS: what is a refusal, what an outage, what neither. Its text never leaves here. */
final class AwsFailures {
  private static final Logger LOG = LoggerFactory.getLogger(AwsFailures.class);
  private static final int TOO_MANY = 429;
  private static final int SERVER = 500;

  private AwsFailures() {}

  /** What the service answered. */
  static RuntimeException answered(String kek, AwsServiceException failure) {
    String code = failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
        ? ""
        : failure.awsErrorDetails().errorCode();
    LOG.debug("KEK {}: {} (status {}, request {})", kek, code, failure.statusCode(), failure.requestId());
    if (failure.isThrottlingException() || failure.statusCode() == TOO_MANY || failure.statusCode() >= SERVER) {
      return new KekOutageException(failure.statusCode() >= SERVER ? "server error" : "throttled");
    }
    return switch (code) {
      case "InvalidCiphertextException", "IncorrectKeyException" -> new IntegrityException("wrapped keyset");
      case "DisabledException" -> new KekRefusedException(Reason.DISABLED);
      case "KMSInvalidStateException" ->
        new KekRefusedException(isPendingDeletion(failure) ? Reason.PENDING_DELETION : Reason.DISABLED);
      case "NotFoundException", "InvalidArnException" -> new KekRefusedException(Reason.NOT_FOUND);
      case "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException", "ExpiredToken",
          "InvalidSignatureException",
          "SignatureDoesNotMatch", "IncompleteSignatureException", "IncompleteSignature", "MissingAuthenticationTokenException",
          "MissingAuthenticationToken", "RequestExpired", "OptInRequired" ->
        new KekRefusedException(Reason.NO_CREDENTIALS);
      case "DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException", "LimitExceededException",
          "ThrottlingException", "RequestLimitExceeded", "ServiceUnavailableException", "InternalFailure", "RequestTimeout" ->
        new KekOutageException("server error");
      default -> new KekRefusedException(Reason.DENIED); // an answer all the same, and not yes
    };
  }

  /** What never got an answer, or not from the service. */
  static RuntimeException unanswered(String kek, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KekRefusedException || cause instanceof KekOutageException) {
        return (RuntimeException) cause;
      }
    }
    LOG.debug("KEK {}: {}", kek, failure.getClass().getSimpleName());
    return new KekOutageException("no answer");
  }

  private static boolean isPendingDeletion(AwsServiceException failure) {
    String message = failure.awsErrorDetails().errorMessage();
    return message != null && message.toLowerCase(Locale.ROOT).contains("pending deletion");
  }
}
