package dev.authpipe.testkit.mail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A letter that arrived.
 *
 * @param to   the recipient of the envelope
 * @param text head and body, with soft line breaks joined
 */
public record Letter(String to, String text) {
  private static final Pattern CODE = Pattern.compile("/#/[a-z/-]+/([A-Za-z0-9_-]{43})");

  /** The code at the end of the letter's link into the dashboard; empty when there is none. */
  public Optional<String> code() {
    Matcher link = CODE.matcher(text);
    return link.find() ? Optional.of(link.group(1)) : Optional.empty();
  }
}
