package dev.authpipe.proxy.vault;

/** Whether a connection may be used. */
public enum ConnectionStatus {
  /** Usable, as far as its credential's state allows. */
  ACTIVE("active"),
  /** Ended; its ciphertext is erased or about to be, only the shell stays until it is purged. */
  DISCONNECTED("disconnected");

  private final String word;

  ConnectionStatus(String word) {
    this.word = word;
  }

  /** The word in the API and the store. */
  public String word() {
    return word;
  }

  /**
   * The status of a stored word.
   *
   * @throws IllegalArgumentException if there is no such status
   */
  public static ConnectionStatus of(String word) {
    for (ConnectionStatus status : values()) {
      if (status.word.equals(word)) {
        return status;
      }
    }
    throw new IllegalArgumentException("no such status");
  }
}
