package dev.authpipe.proxy.cell;

/** A move could not begin or go on; nothing is lost and it can be begun again. The message is a sentence for the operator. */
public final class MoveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MoveException(String sentence) {
    super(sentence);
  }

  MoveException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
