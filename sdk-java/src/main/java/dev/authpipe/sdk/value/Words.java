package dev.authpipe.sdk.value;

import java.util.Objects;

/** The checks that ids and other short words share. They keep an id from becoming a path or a header of its own. */
final class Words {

  private static final int LONGEST_ID = 64;
  private static final int LONGEST_SLUG = 100;

  private Words() {}

  static void requireTypeId(String value, String prefix) {
    Objects.requireNonNull(value, "value");
    boolean plain = value.chars().allMatch(c -> isLower(c) || isDigit(c) || c == '_');
    if (!value.startsWith(prefix) || value.length() == prefix.length() || value.length() > LONGEST_ID || !plain) {
      throw new IllegalArgumentException("not an id of the form " + prefix + "…");
    }
  }

  static void requireSlug(String value) {
    Objects.requireNonNull(value, "value");
    boolean plain = value.chars()
        .allMatch(c -> isLower(c) || isUpper(c) || isDigit(c) || c == '-' || c == '_');
    if (value.isEmpty() || value.length() > LONGEST_SLUG || !plain) {
      throw new IllegalArgumentException("not an integration's slug or id");
    }
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isUpper(int c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static void requireText(String value, int longest) {
    Objects.requireNonNull(value, "value");
    if (value.isBlank() || value.length() > longest || value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "must be 1 to " + longest + " characters, not only spaces, without control characters");
    }
  }
}
