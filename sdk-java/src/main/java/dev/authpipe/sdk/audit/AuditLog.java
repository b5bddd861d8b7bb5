package dev.authpipe.sdk.audit;

/** Which of a workspace's two logs. */
public enum AuditLog {
  /** What happened to connections, API keys and people. */
  VAULT("vault"),
  /** What happened to client secrets. */
  CLIENT_SECRETS("client_secrets");

  private final String word;

  AuditLog(String word) {
    this.word = word;
  }

  /**
   * The proxy's word.
   *
   * @return the word
   */
  public String word() {
    return word;
  }
}
