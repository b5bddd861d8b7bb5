package dev.authpipe.wire;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** What values on the link must look like. Refusals name the rule, never the value. */
final class Rule {
  static final int VERSION = 1;
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");
  private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  private Rule() {}

  static void holds(boolean rule, String what) {
    if (!rule) {
      throw new IllegalArgumentException(what);
    }
  }

  static void version(int v) {
    holds(v == VERSION, "a version of the format that is not known");
  }

  static void code(@Nullable String value) {
    holds(value == null || CODE.matcher(value).matches(), "not a code");
  }

  static void slug(String value) {
    holds(SLUG.matcher(value).matches(), "not a name of letters, digits and hyphens");
  }

  static void hex(String value, int bytes) {
    holds(value.length() == 2 * bytes && HEX.matcher(value).matches(), "not " + bytes + " bytes in hexadecimal");
  }

  static void text(String value, int longest) {
    holds(value.length() <= longest && value.chars().noneMatch(c -> c < 0x20 || c == 0x7f),
        "text too long or with control characters");
  }

  static void texts(List<String> values, int most, int longest) {
    holds(values.size() <= most && values.stream().distinct().count() == values.size(), "too many values, or one twice");
    values.forEach(value -> text(value, longest));
  }

  static void texts(Map<String, String> values, int most, int longest) {
    holds(values.size() <= most, "too many values");
    values.forEach((name, value) -> {
      code(name);
      text(value, longest);
    });
  }

  static void counts(@Nullable Number... values) {
    for (Number value : values) {
      holds(value == null || value.longValue() >= 0, "a count below zero");
    }
  }
}
