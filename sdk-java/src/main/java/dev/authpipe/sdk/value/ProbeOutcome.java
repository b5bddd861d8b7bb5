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
  public static final ProbeOutcome REFUSED = new ProbeOutcome("refused");
  /** The provider could not be asked, or its answer does not tell. */
  public static final ProbeOutcome UNREACHABLE = new ProbeOutcome("unreachable");
  /** The catalog knows no request to check with. */
  public static final ProbeOutcome NOT_OFFERED = new ProbeOutcome("not_offered");

  /** Checks that there is one. */
  public ProbeOutcome {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
