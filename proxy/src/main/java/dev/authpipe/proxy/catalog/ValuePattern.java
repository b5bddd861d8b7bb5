package dev.authpipe.proxy.catalog;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An anchored regular expression for values from outside, of at most 512 bytes in UTF-8. Never matches a part of a value.
 */
public final class ValuePattern {
  private static final int LONGEST = 512;
  private final Pattern pattern;

  private ValuePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException if it does not compile, or does not begin with {@code ^} and end with {@code $}
   */
  public static ValuePattern of(String expression) {
    if (!expression.startsWith("^") || !expression.endsWith("$") || expression.endsWith("\\$")) {
      throw new IllegalArgumentException("a pattern begins with ^ and ends with $");
    }
    try {
      return new ValuePattern(Pattern.compile(expression));
    } catch (PatternSyntaxException wrong) {
      throw new IllegalArgumentException("the pattern does not compile: " + wrong.getDescription(), wrong);
    }
  }

  /** Whether the whole value matches. CR, LF, NUL and what is not Unicode text never do. */
  public boolean matches(String value) {
    return isText(value) && value.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0)
        && pattern.matcher(value).matches();
  }

  private static boolean isText(String value) {
    try {
      return value.length() <= LONGEST
          && StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value)).remaining() <= LONGEST;
    } catch (CharacterCodingException _) {
      return false; // half of a surrogate pair
    }
  }

  /** Whether two patterns are written alike. */
  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof ValuePattern that && pattern.pattern().equals(that.pattern.pattern());
  }

  @Override
  public int hashCode() {
    return pattern.pattern().hashCode();
  }

  /** The expression. */
  @Override
  public String toString() {
    return pattern.pattern();
  }
}
