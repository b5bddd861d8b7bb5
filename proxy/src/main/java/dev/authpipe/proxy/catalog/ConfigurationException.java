package dev.authpipe.proxy.catalog;

/**
 * A configuration or catalog file is wrong. The message is one clear sentence for the operator with file and line; it never contains a
 * secret.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param sentence what is wrong, where, and what would be right */
  public ConfigurationException(String sentence) {
    super(sentence);
  }

  /** @param sentence what is wrong, where, and what would be right */
  public ConfigurationException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
