package dev.authpipe.sdk.incident;

/**
 * What an incident does to every connection. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record IncidentKind(String value) {

  /** Blocks it and revokes it at the provider. */
  public static final IncidentKind REVOKE_ALL = new IncidentKind("revoke_all");
  /** Refreshes it and revokes its old access token. */
  public static final IncidentKind ROTATE_ALL = new IncidentKind("rotate_all");

  /** Checks that there is one. */
  public IncidentKind {
    if (value.isBlank() || value.length() > 100) {
      throw new IllegalArgumentException("a word has 1 to 100 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
