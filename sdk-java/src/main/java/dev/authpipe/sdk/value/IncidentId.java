package dev.authpipe.sdk.value;

/**
 * The id of an incident, by which its progress and its report are read.
 *
 * @param value a TypeID that starts with {@code inc_}
 */
public record IncidentId(String value) {

  /** Checks length and characters. */
  public IncidentId {
    Words.requireTypeId(value, "inc_");
  }

  @Override
  public String toString() {
    return value;
  }
}
