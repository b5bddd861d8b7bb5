package dev.authpipe.proxy.audit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of RFC 8785 that events need: objects of strings, integers, booleans and flat objects. Members are ordered by UTF-16 code units,
 * nothing stands between the tokens, text is UTF-8. Never writes null, arrays or fractions.
 */
final class CanonicalJson {
  private CanonicalJson() {}

  static byte[] write(Map<String, ?> object) {
    StringBuilder json = new StringBuilder(512);
    object(json, object, true);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void object(StringBuilder json, Map<?, ?> members, boolean mayNest) {
    SortedMap<String, Object> sorted = new TreeMap<>(); // String.compareTo compares UTF-16 code units: RFC 8785 section 3.2.3
    members.forEach((name, value) -> sorted.put((String) name, value));
    char separator = '{';
    for (Map.Entry<String, Object> member : sorted.entrySet()) {
      json.append(separator);
      separator = ',';
      string(json, member.getKey());
      json.append(':');
      switch (member.getValue()) {
        case String text -> string(json, text);
        case Long number when Math.abs(number) <= DetailKind.LARGEST -> json.append(number.longValue());
        case Integer number -> json.append(number.intValue());
        case Boolean flag -> json.append(flag.booleanValue());
        case Map<?, ?> nested when mayNest -> object(json, nested, false);
        case Object other -> throw new IllegalArgumentException("events cannot hold a " + other.getClass().getSimpleName());
      }
    }
    json.append(separator == '{' ? "{}" : "}");
  }

  private static void string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\t' -> json.append("\\t");
        case '\n' -> json.append("\\n");
        case '\f' -> json.append("\\f");
        case '\r' -> json.append("\\r");
        default -> {
          if (c < 0x20) {
            json.append(String.format("\\u%04x", (int) c));
          } else if (Character.isSurrogate(c)) {
            i = pair(json, text, i);
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  private static int pair(StringBuilder json, String text, int at) {
    if (!Character.isHighSurrogate(text.charAt(at)) || at + 1 == text.length()
        || !Character.isLowSurrogate(text.charAt(at + 1))) {
      throw new IllegalArgumentException("half a character");
    }
    json.append(text, at, at + 2);
    return at + 1;
  }
}
