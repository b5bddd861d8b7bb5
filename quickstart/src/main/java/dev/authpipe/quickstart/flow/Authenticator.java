package dev.authpipe.quickstart.flow;

import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An authenticator app (RFC 6238: SHA-1, six digits, 30 seconds). Must never print its key. */
final class Authenticator {
  private static final Pattern SECRET = Pattern.compile("[?&]secret=([A-Z2-7]{32})(&|$)");
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int KEY_BYTES = 20;
  private static final int SECONDS = 30;

  private final byte[] key = new byte[KEY_BYTES];

  /**
   * An app that has read a code.
   *
   * @param enrolment the address in it, {@code otpauth://…}
   */
  Authenticator(URI enrolment) {
    Matcher secret = SECRET.matcher(enrolment.getRawQuery() == null ? "" : "?" + enrolment.getRawQuery());
    Expect.that(secret.find(), "the key of a second factor", "none");
    BigInteger bits = BigInteger.ZERO;
    for (char digit : secret.group(1).toCharArray()) {
      bits = bits.shiftLeft(5).or(BigInteger.valueOf(ALPHABET.indexOf(digit)));
    }
    byte[] all = bits.toByteArray();
    int length = Math.min(KEY_BYTES, all.length);
    System.arraycopy(all, all.length - length, key, KEY_BYTES - length, length);
  }

  String code(Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "RAW"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(at.getEpochSecond() / SECONDS).array());
      int number = (ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 15) & Integer.MAX_VALUE) % 1_000_000;
      return String.format(Locale.ROOT, "%06d", number);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-1", impossible);
    }
  }
}
