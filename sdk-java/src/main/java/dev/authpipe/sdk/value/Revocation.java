package dev.authpipe.sdk.value;

/**
 * How far the provider's side of an ended connection has come. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record Revocation(String value) {

  /** The provider confirmed. */
  public static final Revocation CONFIRMED = new Revocation("confirmed");
  /** It is being tried. */
  public static final Revocation PENDING = new Revocation("pending");
  /** The provider offers no revocation. */
  public static final Revocation NOT_SUPPORTED = new Revocation("not_supported");
  /** It would have ended another live connection of the same account. */
  public static final Revocation NOT_SENT = new Revocation("not_sent");
  /** The provider did not confirm in time. */
  public static final Revocation GAVE_UP = new Revocation("gave_up");

  /** Checks that there is one. */
  public Revocation {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
