package dev.authpipe.quickstart.sample;

/** A browser sent what this application's own pages would not send. */
final class BadRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(message);
  }
}
