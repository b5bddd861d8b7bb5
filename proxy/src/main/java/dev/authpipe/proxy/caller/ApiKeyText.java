package dev.authpipe.proxy.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ApiKeyId;

/**
 * The text of an API key as a caller sent it: {@code ap_sk_}, 26 characters of its id, {@code _}, 43 random characters, {@code _}, 6
 * characters of checksum. The checksum is keyed, so that a forgery is told by one HMAC and costs no query. Must never be kept.
 */
final class ApiKeyText {
  private static final String PREFIX = "ap_sk_";
  private static final String SCHEME = "Bearer ";
  private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String ID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int ID = 26;
  private static final int RANDOM = 43;
  private static final int CHECKSUM = 6;
  private static final int LENGTH = PREFIX.length() + ID + 1 + RANDOM + 1 + CHECKSUM;

  private final UUID id;
  private final SecretText text;

  private ApiKeyText(UUID id, SecretText text) {
    this.id = id;
    this.text = text;
  }

  /** The key in a value of {@code Authorization}; null when it has not exactly the form of a key. */
  static @Nullable ApiKeyText parse(@Nullable CharSequence authorization) {
    if (authorization == null || authorization.length() != SCHEME.length() + LENGTH || !startsWithScheme(authorization)) {
      return null;
    }
    byte[] ascii = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      char c = authorization.charAt(SCHEME.length() + i);
      if (!belongs(c, i)) {
        return null;
      }
      ascii[i] = (byte) c;
    }
    String idPart = new String(ascii, PREFIX.length(), ID, StandardCharsets.US_ASCII);
    return new ApiKeyText(ApiKeyId.parse(ApiKeyId.PREFIX + "_" + idPart).value(), SecretText.copyOf(ascii, 0, LENGTH));
  }

  /** A new key for this id. */
  static ApiKeyText create(ApiKeyId id, Randomness randomness, DeploymentKeys keys) {
    try (SecretText random = randomness.base62(RANDOM)) {
      String unchecked = PREFIX + id.toString().substring(ApiKeyId.PREFIX.length() + 1) + "_" + random.expose() + "_";
      return new ApiKeyText(id.value(), SecretText.of(unchecked + checksum(keys, SecretText.of(unchecked))));
    }
  }

  UUID id() {
    return id;
  }

  SecretText text() {
    return text;
  }

  /** Whether this deployment made the key, as far as its checksum tells. */
  boolean checksumHolds(DeploymentKeys keys) {
    byte[] all = text.exposeUtf8();
    int unchecked = LENGTH - CHECKSUM;
    try (SecretText before = SecretText.copyOf(all, 0, unchecked);
        SecretText sent = SecretText.copyOf(all, unchecked, CHECKSUM)) {
      return MessageDigest.isEqual(checksum(keys, before).getBytes(StandardCharsets.US_ASCII), sent.exposeUtf8());
    }
  }

  private static String checksum(DeploymentKeys keys, SecretText unchecked) {
    byte[] mac = keys.apiKeyHash(unchecked);
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      number = (number << 8) | (mac[i] & 0xFF);
    }
    char[] digits = new char[CHECKSUM];
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      digits[i] = BASE62.charAt((int) Long.remainderUnsigned(number, BASE62.length()));
      number = Long.divideUnsigned(number, BASE62.length());
    }
    return new String(digits);
  }

  private static boolean startsWithScheme(CharSequence authorization) {
    for (int i = 0; i < SCHEME.length(); i++) {
      if (Character.toLowerCase(authorization.charAt(i)) != Character.toLowerCase(SCHEME.charAt(i))) {
        return false; // the scheme is case-insensitive: RFC 9110 section 11.1
      }
    }
    return true;
  }

  private static boolean belongs(char c, int at) {
    int inId = at - PREFIX.length();
    if (inId < 0) {
      return c == PREFIX.charAt(at);
    }
    if (inId < ID) {
      return ID_DIGITS.indexOf(c) >= 0 && (inId > 0 || c <= '7');
    }
    return (inId == ID || inId == ID + 1 + RANDOM)
        ? c == '_'
        : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
