package dev.authpipe.quickstart.chromium;

/** The browser did not do what it was told in time. The message is a sentence without anything that a page holds. */
public final class BrowserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrowserException(String message) {
    super(message);
  }

  BrowserException(String message, Throwable cause) {
    super(message, cause);
  }
}
