package dev.authpipe.sdk.value;

/**
 * How far a connect session has come. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record ConnectSessionStatus(String value) {

  /** Waits for the end user. */
  public static final ConnectSessionStatus PENDING = new ConnectSessionStatus("pending");
  /** The end user agreed; the application has not finished it yet. */
  public static final ConnectSessionStatus AUTHORIZED = new ConnectSessionStatus("authorized");
  /** The connection stands. */
  public static final ConnectSessionStatus FINISHED = new ConnectSessionStatus("finished");
  /** It ended without a connection; the reason says why. */
  public static final ConnectSessionStatus FAILED = new ConnectSessionStatus("failed");
  /** Its time was over. */
  public static final ConnectSessionStatus EXPIRED = new ConnectSessionStatus("expired");

  /** Checks that there is one. */
  public ConnectSessionStatus {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
