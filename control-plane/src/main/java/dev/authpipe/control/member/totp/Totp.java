package dev.authpipe.control.member.totp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.authpipe.control.secret.SecretText;

/**
 * Time-based one-time codes as every authenticator app makes them: HMAC-SHA-1, 30 s steps, six digits (RFC 6238, RFC 4226). Accepts the step
 * of now and its two neighbours. Never remembers which step was used: the store does, and refuses it the second time.
 */
public final class Totp {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int STEP_SECONDS = 30;
  private static final int DIGITS = 6;
  private static final int NEIGHBOURS = 1;

  private Totp() {}

  /** The secret of 160 bits in base32, which is how apps take it. */
  public static SecretText secret(byte[] random) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < random.length * 8; bit += 5) {
      int value = 0;
      for (int i = bit; i < bit + 5; i++) {
        value = value << 1 | (i < random.length * 8 ? random[i / 8] >> (7 - i % 8) & 1 : 0);
      }
      text.append(BASE32.charAt(value));
    }
    return SecretText.of(text.toString());
  }

  /** The step whose code this is, among those that count now. */
  public static OptionalLong step(SecretText secret, SecretText code, Instant now) {
    long current = Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    OptionalLong found = OptionalLong.empty();
    for (long step = current - NEIGHBOURS; step <= current + NEIGHBOURS; step++) {
      if (SecretText.of(code(bytes(secret), step, DIGITS)).equals(code)) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  /** RFC 4226 section 5.3. */
  static String code(byte[] key, long step, int digits) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "RAW"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      int truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 15) & 0x7FFF_FFFF;
      return String.format(Locale.ROOT, "%0" + digits + "d", truncated % (int) Math.pow(10, digits));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static byte[] bytes(SecretText base32) {
    byte[] text = base32.exposeUtf8();
    byte[] bytes = new byte[text.length * 5 / 8];
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      int value = BASE32.indexOf(text[bit / 5]);
      bytes[bit / 8] |= (byte) ((value >> (4 - bit % 5) & 1) << (7 - bit % 8));
    }
    return bytes;
  }
}
