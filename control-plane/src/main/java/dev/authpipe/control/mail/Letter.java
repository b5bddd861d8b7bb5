package dev.authpipe.control.mail;

/**
 * One mail in plain text. Its text may hold a one-time code: it must never be printed, except by the log carrier of development.
 *
 * @param to      one address
 * @param subject one line
 * @param text    lines of plain text
 */
public record Letter(String to, String subject, String text) {
  /** Refuses what would end a header. */
  public Letter {
    if ((to + subject).chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a header of a mail is one line");
    }
  }

  @Override
  public String toString() {
    return "a letter";
  }
}
