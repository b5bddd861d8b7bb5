package dev.authpipe.tlog;

/** Bytes that are not of the format they should be. Its message tells what is wrong in words for an auditor, and never quotes the bytes. */
public final class LogFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogFormatException(String message) {
    super(message);
  }
}
