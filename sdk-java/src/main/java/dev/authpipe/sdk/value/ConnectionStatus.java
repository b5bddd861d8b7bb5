package dev.authpipe.sdk.value;

/**
 * Whether a connection can be used. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record ConnectionStatus(String value) {

  /** Usable. */
  public static final ConnectionStatus ACTIVE = new ConnectionStatus("active");
  /** Usable for now; refreshes fail for a passing reason. */
  public static final ConnectionStatus DEGRADED = new ConnectionStatus("degraded");
  /** Usable until its access token ends; how its last refresh went is not known. */
  public static final ConnectionStatus UNCERTAIN = new ConnectionStatus("uncertain");
  /** The end user must connect again. */
  public static final ConnectionStatus REAUTH_REQUIRED = new ConnectionStatus("reauth_required");
  /** Not usable while the workspace's key is not. */
  public static final ConnectionStatus KEY_UNAVAILABLE = new ConnectionStatus("key_unavailable");
  /** Ended; nothing of its credential is left. */
  public static final ConnectionStatus DISCONNECTED = new ConnectionStatus("disconnected");

  /** Checks that there is one. */
  public ConnectionStatus {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
