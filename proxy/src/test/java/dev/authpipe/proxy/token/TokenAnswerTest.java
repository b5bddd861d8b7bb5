package dev.authpipe.proxy.token;

import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

/** An access token is copied as it is only when JSON (RFC 8259 section 7) has nothing to escape in it. */
class TokenAnswerTest {
  private static final int LONGEST = 27;

  @Test
  void everyByteThatNeedsAnEscapeIsSeenAtEveryPlace() {
    for (int length = 1; length <= LONGEST; length++) {
      for (byte filler : new byte[]{'a', 0x7F, (byte) 0x80, (byte) 0xFF, 0x20, '!', '#', '[', ']'}) {
        byte[] secret = new byte[length];
        for (int at = 0; at < length; at++) {
          for (int value = 0; value < 256; value++) {
            Arrays.fill(secret, filler);
            secret[at] = (byte) value;
            boolean escaped = value < 0x20 || value == '"' || value == '\\';
            if (TokenAnswer.isPlain(secret) == escaped) {
              fail("%d at %d of %d", value, at, length);
            }
          }
        }
      }
    }
  }
}
