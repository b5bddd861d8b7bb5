package dev.authpipe.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads what {@link CanonicalJson} writes. Whether it was the canonical form is for its caller to compare. */
final class CanonicalReader {
  private static final int DEEPEST = 2;
  private static final int LONGEST_INTEGER = 17;
  private final String text;
  private int at;

  CanonicalReader(byte[] json) {
    try {
      this.text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException wrong) {
      throw new LogFormatException("the JSON is not UTF-8");
    }
  }

  Map<String, Object> whole() {
    Map<String, Object> object = object(1);
    if (at != text.length()) {
      throw new LogFormatException("something follows the JSON");
    }
    return object;
  }

  private Map<String, Object> object(int depth) {
    expect('{');
    Map<String, Object> members = new HashMap<>();
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      String name = string();
      expect(':');
      if (members.put(name, value(depth)) != null) {
        throw new LogFormatException("a name occurs twice in the JSON");
      }
      if (peek() == '}') {
        at++;
        return members;
      }
      expect(',');
    }
  }

  private Object value(int depth) {
    char first = peek();
    if (first == '"') {
      return string();
    }
    if (first == '{' && depth < DEEPEST) {
      return object(depth + 1);
    }
    for (boolean flag : new boolean[]{true, false}) {
      if (text.startsWith(Boolean.toString(flag), at)) {
        at += Boolean.toString(flag).length();
        return flag;
      }
    }
    return integer();
  }

  private Long integer() {
    int start = at;
    while (at < text.length() && (text.charAt(at) == '-' || (text.charAt(at) >= '0' && text.charAt(at) <= '9'))) {
      at++;
    }
    try {
      long number = at - start > LONGEST_INTEGER ? Long.MAX_VALUE : Long.parseLong(text, start, at, 10);
      if (Math.abs(number) <= CanonicalJson.LARGEST_INTEGER) {
        return number;
      }
    } catch (NumberFormatException wrong) {
      throw new LogFormatException("the JSON has a value that a log cannot have");
    }
    throw new LogFormatException("the JSON has a number that is too large");
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    int simple = "\"\\btnfr".indexOf(c);
    if (simple >= 0) {
      return "\"\\\b\t\n\f\r".charAt(simple);
    }
    if (c == 'u' && at + 4 <= text.length()) {
      try {
        char unit = (char) Integer.parseInt(text, at, at + 4, 16);
        at += 4;
        return unit;
      } catch (NumberFormatException wrong) {
        throw new LogFormatException("the JSON has a malformed escape");
      }
    }
    throw new LogFormatException("the JSON has a malformed escape");
  }

  private char peek() {
    if (at >= text.length()) {
      throw new LogFormatException("the JSON ends too early");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new LogFormatException("the JSON is malformed");
    }
    at++;
  }
}
