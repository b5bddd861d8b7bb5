package dev.authpipe.sdk.value;

/**
 * What a forced refresh came to; what did not succeed is thrown. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record RefreshOutcome(String value) {

  /** The provider issued a new access token. */
  public static final RefreshOutcome REFRESHED = new RefreshOutcome("refreshed");

  /** Checks that there is one. */
  public RefreshOutcome {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
