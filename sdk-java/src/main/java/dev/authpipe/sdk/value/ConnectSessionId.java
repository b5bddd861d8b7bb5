package dev.authpipe.sdk.value;

/**
 * The id of a connect session. It is no secret: it appears in the return URL beside the finish code.
 *
 * @param value a TypeID that starts with {@code cs_}
 */
public record ConnectSessionId(String value) {

  /** Checks length and characters. */
  public ConnectSessionId {
    Words.requireTypeId(value, "cs_");
  }

  @Override
  public String toString() {
    return value;
  }
}
