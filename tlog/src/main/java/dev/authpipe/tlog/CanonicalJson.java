package dev.authpipe.tlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of RFC 8785 that logs need: objects of strings, integers, booleans and flat objects. Members are ordered by UTF-16 code units,
 * nothing stands between the tokens, text is UTF-8. Never writes null, arrays or fractions.
 */
public final class CanonicalJson {
  /** Largest integer that every JSON reader holds exactly (RFC 8785 section 3.2.2.3). */
  public static final long LARGEST_INTEGER = (1L << 53) - 1;

  private CanonicalJson() {}

  /**
   * The canonical bytes of an object.
   *
   * @param object strings, longs, integers, booleans, and maps of those by name
   * @throws IllegalArgumentException if there is anything else in it
   */
  public static byte[] write(Map<String, ?> object) {
    StringBuilder json = new StringBuilder(512);
    object(json, object, true);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads an object: strings, longs, booleans and flat objects by name.
   *
   * @throws LogFormatException if these are not the canonical bytes of such an object
   */
  public static Map<String, Object> read(byte[] json) {
    Map<String, Object> object = new CanonicalReader(json).whole();
    if (!Arrays.equals(write(object), json)) {
      throw new LogFormatException("the JSON is not in its canonical form");
    }
    return object;
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
      value(json, member.getValue(), mayNest);
    }
    json.append(separator == '{' ? "{}" : "}");
  }

  private static void value(StringBuilder json, Object value, boolean mayNest) {
    if (value instanceof String text) {
      string(json, text);
    } else if (value instanceof Long number && Math.abs(number) <= LARGEST_INTEGER) {
      json.append(number.longValue());
    } else if (value instanceof Integer number) {
      json.append(number.intValue());
    } else if (value instanceof Boolean flag) {
      json.append(flag.booleanValue());
    } else if (value instanceof Map<?, ?> nested && mayNest) {
      object(json, nested, false);
    } else {
      throw new IllegalArgumentException("events cannot hold a " + value.getClass().getSimpleName());
    }
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
