package dev.authpipe.sdk.error;

import java.io.Serializable;
import java.util.Objects;

/**
 * The stable, machine-readable name of a refusal ({@code code} of {@code application/problem+json}, RFC 9457). Open: a code
 * that this version does not know is kept as it came, so compare with {@link #equals(Object)} and have a branch for the rest.
 *
 * @param value the code, for instance {@code reauth_required}
 */
public record ErrorCode(String value) implements Serializable {

  /** The end user must connect again. */
  public static final ErrorCode REAUTH_REQUIRED = new ErrorCode("reauth_required");
  /** The last refresh failed and the next one is not due yet. */
  public static final ErrorCode REFRESH_BACKOFF = new ErrorCode("refresh_backoff");
  /** The connection was disconnected; nothing of its credential is left. */
  public static final ErrorCode DISCONNECTED = new ErrorCode("disconnected");
  /** A reconnect came back with another provider account. */
  public static final ErrorCode ACCOUNT_MISMATCH = new ErrorCode("account_mismatch");
  /** The provider could not be reached. */
  public static final ErrorCode PROVIDER_UNREACHABLE = new ErrorCode("provider_unreachable");
  /** The provider did not answer in time. */
  public static final ErrorCode PROVIDER_TIMEOUT = new ErrorCode("provider_timeout");
  /** The workspace's key cannot be used at the moment, or was cut off on purpose. */
  public static final ErrorCode KEY_UNAVAILABLE = new ErrorCode("key_unavailable");
  /** The proxy's database is away. */
  public static final ErrorCode STORE_UNAVAILABLE = new ErrorCode("store_unavailable");
  /** The audit log cannot be written, so no secret is released. */
  public static final ErrorCode AUDIT_UNAVAILABLE = new ErrorCode("audit_unavailable");
  /** This SDK's own word for an answer that is not in the contract's shape. */
  public static final ErrorCode UNEXPECTED_ANSWER = new ErrorCode("unexpected_answer");
  /** This SDK's own word for no answer at all. */
  public static final ErrorCode NO_ANSWER = new ErrorCode("no_answer");
  /** This SDK's own word for a connect session that the signed-in user did not start. */
  public static final ErrorCode NOT_THIS_USERS_SESSION = new ErrorCode("not_this_users_session");

  /** Checks that there is one. */
  public ErrorCode {
    Objects.requireNonNull(value, "value");
    if (value.isBlank()) {
      throw new IllegalArgumentException("an error code is not blank");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
