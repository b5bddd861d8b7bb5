package dev.authpipe.control.member.password;

/** Too many passwords are being looked at; the caller may come again. */
public final class PasswordsBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PasswordsBusyException() {
    super("too many passwords at a time", null, false, false);
  }
}
