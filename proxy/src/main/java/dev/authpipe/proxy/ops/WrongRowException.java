package dev.authpipe.proxy.ops;

/** A line that is no row to import. Its sentence names fields and never a value. */
final class WrongRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongRowException(String sentence) {
    super(sentence, null, false, false);
  }

  String sentence() {
    String message = getMessage();
    return message == null ? "not a row" : message;
  }
}
