package dev.authpipe.wire;

import java.util.UUID;

/**
 * Text form of ids: a prefix, an underscore and the 128 bits of a UUID in 26 lower-case Crockford base32 digits (TypeID 0.3). Never
 * carries meaning beyond identity; only {@link #parse} accepts text from outside and refuses every second spelling of one id.
 */
final class TypeId {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 26;

  private TypeId() {}

  static String format(String prefix, UUID id) {
    char[] text = new char[LENGTH];
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) (low & 31));
      low = (low >>> 5) | (high << 59);
      high >>>= 5;
    }
    return prefix + "_" + new String(text);
  }

  static UUID parse(String prefix, String text) {
    int start = prefix.length() + 1;
    if (text.length() != start + LENGTH || !text.startsWith(prefix) || text.charAt(start - 1) != '_'
        || text.charAt(start) > '7') {
      throw new IllegalArgumentException("not an id of kind " + prefix);
    }
    long high = 0;
    long low = 0;
    for (int i = start; i < text.length(); i++) {
      int digit = DIGITS.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("not an id of kind " + prefix);
      }
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | digit;
    }
    return new UUID(high, low);
  }
}
