package dev.authpipe.control.mail;

/** A letter could not be handed over. Says which kind of failure, never an address or the server's words. */
final class MailException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MailException(String kind) {
    super(kind, null, false, false);
  }
}
