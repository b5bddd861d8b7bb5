package dev.authpipe.sdk.value;

/**
 * The id of a link to enter a client secret. It opens nothing by itself.
 *
 * @param value a TypeID that starts with {@code cse_}
 */
public record EntryId(String value) {

  /** Checks length and characters. */
  public EntryId {
    Words.requireTypeId(value, "cse_");
  }

  @Override
  public String toString() {
    return value;
  }
}
