package dev.authpipe.control.ops;

/** The proxy must not run like this; the message is one clear sentence that names the cause and never a secret. */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartupException(String sentence) {
    super(sentence);
  }

  StartupException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
