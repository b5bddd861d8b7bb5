package dev.authpipe.quickstart.attack;

/** Something that is no attack did not work, so that the attack cannot be played. The message is a sentence without any secret. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
