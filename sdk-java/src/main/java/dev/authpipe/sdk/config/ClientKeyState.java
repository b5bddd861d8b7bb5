package dev.authpipe.sdk.config;

/**
 * What a client key does. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record ClientKeyState(String value) {

  /** It will sign; providers can read it already. */
  public static final ClientKeyState PUBLISHED = new ClientKeyState("published");
  /** It signs. */
  public static final ClientKeyState SIGNING = new ClientKeyState("signing");
  /** It signs no more and goes when what it signed has expired. */
  public static final ClientKeyState ENDING = new ClientKeyState("ending");

  /** Checks that there is one. */
  public ClientKeyState {
    if (value.isBlank() || value.length() > 100) {
      throw new IllegalArgumentException("a word has 1 to 100 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
