package dev.authpipe.sdk.incident;

/**
 * How far an incident has come. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record IncidentStatus(String value) {

  /** Under way. */
  public static final IncidentStatus RUNNING = new IncidentStatus("running");
  /** Every connection has come to an end; the report is signed. */
  public static final IncidentStatus COMPLETED = new IncidentStatus("completed");

  /** Checks that there is one. */
  public IncidentStatus {
    if (value.isBlank() || value.length() > 100) {
      throw new IllegalArgumentException("a word has 1 to 100 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
