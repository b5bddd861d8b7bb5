package dev.authpipe.sdk.value;

/**
 * The id of an erasure, by which its signed receipt is read.
 *
 * @param value a TypeID that starts with {@code era_}
 */
public record ErasureId(String value) {

  /** Checks length and characters. */
  public ErasureId {
    Words.requireTypeId(value, "era_");
  }

  @Override
  public String toString() {
    return value;
  }
}
