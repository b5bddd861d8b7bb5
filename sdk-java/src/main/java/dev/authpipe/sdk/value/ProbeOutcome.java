package dev.authpipe.sdk.value;

/**
 * What a health check found. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record ProbeOutcome(String value) {

  /** The provider accepted the credential. */
  public static final ProbeOutcome ALIVE = new ProbeOutcome("alive");
  /** The provider refused the credential. */
  public static final ProbeOutcome DEAD = new ProbeOutcome("dead");
  /** It could not be told. */
  public static final ProbeOutcome UNKNOWN = new ProbeOutcome("unknown");

  /** Checks that there is one. */
  public ProbeOutcome {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
