package dev.authpipe.control.member;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A mail address as somebody wrote it. ASCII only, so that two that look alike are alike. Personal data: never logged, never in an event.
 *
 * @param text as it was written
 */
record EmailAddress(String text) {
  private static final Pattern FORM = Pattern
      .compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
  private static final int LONGEST = 254;

  /** Refuses what is no address. */
  EmailAddress {
    if (text.length() > LONGEST || !FORM.matcher(text).matches() || text.contains("..")) {
      throw new IllegalArgumentException("not a mail address");
    }
  }

  /** The address of a text, if it is one. */
  static Optional<EmailAddress> of(String text) {
    try {
      return Optional.of(new EmailAddress(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /** What two spellings of one address have in common. */
  String key() {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "a mail address";
  }
}
