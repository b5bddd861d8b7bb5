package dev.authpipe.sdk.value;

/**
 * How far an erasure has come. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record ErasureStatus(String value) {

  /** Under way; revocations at providers may be pending. */
  public static final ErasureStatus RUNNING = new ErasureStatus("running");
  /** Done; the receipt is final. */
  public static final ErasureStatus COMPLETED = new ErasureStatus("completed");

  /** Checks that there is one. */
  public ErasureStatus {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
