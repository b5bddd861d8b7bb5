package dev.authpipe.sdk.value;

/**
 * The id of a connection. Never a proof of anything: whoever knows it still needs an API key.
 *
 * @param value a TypeID that starts with {@code conn_}
 */
public record ConnectionId(String value) {

  /** Checks length and characters. */
  public ConnectionId {
    Words.requireTypeId(value, "conn_");
  }

  @Override
  public String toString() {
    return value;
  }
}
