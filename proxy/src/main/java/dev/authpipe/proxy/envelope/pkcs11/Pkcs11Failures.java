package dev.authpipe.proxy.envelope.pkcs11;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;

/** Reads the return values of PKCS#11: what is a refusal, what an outage, what neither. */
final class Pkcs11Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Failures.class);
  private static final Pattern VALUE = Pattern.compile("CKR_[A-Z0-9_]+");

  private Pkcs11Failures() {}

  static RuntimeException of(String kek, Throwable failure, boolean decrypting) {
    String value = value(failure);
    LOG.debug("KEK {}: {} {}", kek, failure.getClass().getSimpleName(), value);
    return switch (value) {
      case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE", "CKR_PIN_EXPIRED", "CKR_PIN_LOCKED",
          "CKR_USER_PIN_NOT_INITIALIZED",
          "CKR_USER_NOT_LOGGED_IN" ->
        new KekRefusedException(Reason.NO_CREDENTIALS);
      case "CKR_KEY_FUNCTION_NOT_PERMITTED", "CKR_ACTION_PROHIBITED", "CKR_ATTRIBUTE_SENSITIVE", "CKR_KEY_TYPE_INCONSISTENT" ->
        new KekRefusedException(Reason.DENIED);
      case "CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID" -> new KekRefusedException(Reason.NOT_FOUND);
      case "CKR_ENCRYPTED_DATA_INVALID", "CKR_ENCRYPTED_DATA_LEN_RANGE" -> new IntegrityException("wrapped keyset");
      // SoftHSM answers a tag that does not fit with the most general of values.
      case "CKR_GENERAL_ERROR", "CKR_FUNCTION_FAILED" ->
        decrypting ? new IntegrityException("wrapped keyset") : new KekOutageException("device");
      default -> new KekOutageException(value.isEmpty() ? "device" : "device, " + value);
    };
  }

  static boolean isPinRefused(Throwable failure) {
    return value(failure).equals("CKR_PIN_INCORRECT");
  }

  private static String value(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher value = VALUE.matcher(cause.getMessage() == null ? "" : cause.getMessage());
      if (value.find()) {
        return value.group();
      }
    }
    return "";
  }
}
