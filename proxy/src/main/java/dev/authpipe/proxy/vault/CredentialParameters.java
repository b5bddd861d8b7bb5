package dev.authpipe.proxy.vault;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The values of provider parameters that a credential was issued with, sealed with it: they decide where its token, revocation and API requests
 * go, whatever stands in a column or is set on the integration later. Never secret.
 *
 * @param values by name, at most 20, in ascending order; a name is {@code [a-z][a-z0-9_]*} of at most 40, a value 1 to 512 bytes of UTF-8
 */
public record CredentialParameters(Map<String, String> values) {
  /** Of a provider that has none. */
  public static final CredentialParameters NONE = new CredentialParameters(Map.of());
  private static final int MOST = 20;
  private static final int LONGEST = 512;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  /** Checks the limits and sorts. */
  public CredentialParameters {
    if (values.size() > MOST || !values.keySet().stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw new IllegalArgumentException("a credential has at most 20 parameters with names of at most 40 characters");
    }
    values.values().forEach(CredentialParameters::utf8);
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Each as {@code F(name) ‖ value} (docs/crypto-format.md, section 3.3), in their order. */
  public List<byte[]> encode() {
    List<byte[]> encoded = new ArrayList<>();
    values.forEach((name, value) -> {
      byte[] text = utf8(value);
      encoded.add(ByteBuffer.allocate(2 + name.length() + text.length).putShort((short) name.length())
          .put(name.getBytes(StandardCharsets.US_ASCII)).put(text).array());
    });
    return encoded;
  }

  /**
   * Reads them back.
   *
   * @throws IllegalArgumentException if these are not exactly what {@link #encode} writes
   */
  public static CredentialParameters decode(List<byte[]> encoded) {
    Map<String, String> values = new TreeMap<>();
    String last = "";
    for (byte[] one : encoded) {
      int length = one.length < 2 ? 0 : Short.toUnsignedInt(ByteBuffer.wrap(one).getShort());
      if (2 + length > one.length) {
        throw new IllegalArgumentException("a parameter is cut");
      }
      String name = text(ByteBuffer.wrap(one, 2, length));
      if (name.compareTo(last) <= 0) {
        throw new IllegalArgumentException("parameters stand in ascending order, each once");
      }
      values.put(name, text(ByteBuffer.wrap(one, 2 + length, one.length - 2 - length)));
      last = name;
    }
    return new CredentialParameters(values);
  }

  private static String text(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException("a parameter is not UTF-8", malformed);
    }
  }

  /** Refuses what would not come back the same: half of a surrogate pair. */
  private static byte[] utf8(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > LONGEST || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException("a parameter is Unicode text of 1 to 512 bytes");
    }
    return bytes;
  }
}
