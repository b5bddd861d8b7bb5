package dev.authpipe.quickstart.attack;

/** The target is not one that may or can be attacked. The message is a sentence for who started it. */
public final class UnfitTargetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnfitTargetException(String message) {
    super(message);
  }
}
