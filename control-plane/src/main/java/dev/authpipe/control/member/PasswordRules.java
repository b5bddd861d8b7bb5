package dev.authpipe.control.member;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.secret.SecretText;

/** What a password has to be. No composition rules, which only make people write them down (NIST SP 800-63B section 3.1.1.2). */
final class PasswordRules {
  private static final int LEAST_CHARACTERS = 12;
  private static final int MOST_BYTES = 256;

  private PasswordRules() {}

  /** @throws ProblemException {@code password_unfit} */
  static void check(SecretText password, EmailAddress email) {
    String text = password.expose();
    if (text.codePointCount(0, text.length()) < LEAST_CHARACTERS || password.length() > MOST_BYTES
        || text.equalsIgnoreCase(email.text()) || text.codePoints().distinct().count() < 4) {
      throw new ProblemException(ErrorCode.PASSWORD_UNFIT);
    }
  }
}
