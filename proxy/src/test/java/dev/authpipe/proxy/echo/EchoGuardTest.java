package dev.authpipe.proxy.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random secrets in random dress and random parts: always found; and never what is one byte short. */
@Tag("S26")
class EchoGuardTest {
  private static final int ROUNDS = 20_000;
  private static final long SEED = 20_261_128;
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=%\\\"' &";
  private final Random random = new Random(SEED); // the same each time, so that a failure can be seen again
  private final EchoScratch scratch = new EchoScratch(SEED);

  @Test
  void aSecretInAnyDressIsFoundInAnyParts() {
    for (int round = 0; round < ROUNDS; round++) {
      String known = secret(EchoGuard.SHORTEST + random.nextInt(120));
      String echo = noise() + dressed(known) + noise();
      assertThat(finds(known, echo)).as("round %d: %s in %s", round, known, echo).isTrue();
    }
  }

  @Test
  void whatIsOneByteShortOfDecidingIsNeverFound() {
    for (int round = 0; round < ROUNDS; round++) {
      String known = secret(EchoGuard.SHORTEST + random.nextInt(EchoGuard.LONGEST - EchoGuard.SHORTEST + 1));
      int decisive = SecretForms.decisive(known.length());
      String other = known.charAt(decisive - 1) == '#' ? "!" : "#";
      String near = noise() + (random.nextBoolean()
          ? known.substring(0, decisive - 1) + other
          : other + known.substring(1, decisive)) + noise();
      assertThat(finds(known, near)).as("round %d: %s in %s", round, known, near).isFalse();
    }
  }

  @Test
  void thePartWithTheLastByteThatDecidesIsTheOneThatIsRefused() {
    for (int round = 0; round < ROUNDS / 10; round++) {
      String known = secret(EchoGuard.SHORTEST + random.nextInt(EchoGuard.LONGEST - EchoGuard.SHORTEST + 1));
      byte[] text = known.getBytes(StandardCharsets.ISO_8859_1);
      try (EchoGuard guard = watching(known); EchoScan scan = guard.scan()) {
        int passed = 0;
        while (!scan.finds(ByteBuffer.wrap(text, passed, 1), false)) {
          passed++;
        }
        assertThat(passed).isEqualTo(SecretForms.decisive(text.length) - 1);
      }
    }
  }

  @Test
  void anUnguardedSecretIsNotLookedFor() {
    try (EchoGuard guard = new EchoGuard(scratch)) {
      assertThat(guard.watch("1234567".getBytes(StandardCharsets.UTF_8))).isFalse();
      assertThat(guard.isWatching()).isFalse();
      assertThat(guard.isIn("1234567")).isFalse();
      assertThat(guard.watch("12345678".getBytes(StandardCharsets.UTF_8))).isTrue();
      assertThat(guard.isIn("1234567")).isFalse();
      assertThat(guard.isIn("x12345678")).isTrue();
    }
  }

  @Test
  void aSecretThatComesLaterIsLookedForBesideTheFirst() {
    try (EchoGuard guard = watching("the-first-access-token"); EchoScan scan = guard.scan()) {
      assertThat(guard.isIn("the-second-access-token")).isFalse();
      guard.watch("the-second-access-token".getBytes(StandardCharsets.UTF_8));
      assertThat(guard.isIn("is the-second-access-token")).isTrue();
      assertThat(guard.isIn("is the-first-access-token")).isTrue();
      assertThat(scan.finds(text("the-second-access-token"), true)).isTrue();
    }
  }

  @Test
  void aClosedGuardHasWipedItsForms() {
    EchoGuard guard = watching("a-token-that-is-long-enough");
    Reading reading = guard.reading();
    assertThat(reading.isWiped()).isFalse();
    guard.close();
    assertThat(reading.isWiped()).isTrue();
    assertThat(guard.isWatching()).isFalse();
    assertThat(guard).hasToString("***");
  }

  private boolean finds(String known, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    boolean direct = random.nextBoolean();
    int most = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
    try (EchoGuard guard = watching(known); EchoScan scan = guard.scan()) {
      boolean found = false;
      for (int at = 0; at < bytes.length && !found;) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(most));
        ByteBuffer part = direct
            ? ByteBuffer.allocateDirect(length).put(bytes, at, length).flip()
            : ByteBuffer.wrap(bytes, at, length);
        at += length;
        found = scan.finds(part, at == bytes.length);
      }
      return found;
    }
  }

  private EchoGuard watching(String known) {
    EchoGuard guard = new EchoGuard(scratch);
    guard.watch(known.getBytes(StandardCharsets.ISO_8859_1));
    return guard;
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private String secret(int length) {
    return text(length, random.nextBoolean() ? ALPHABET.length() : 62);
  }

  private String noise() {
    return text(random.nextInt(60), 64) + (random.nextBoolean() ? " " : "\"");
  }

  private String text(int length, int alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(alphabet)));
    }
    return text.toString();
  }

  private String dressed(String known) {
    return switch (random.nextInt(6)) {
      case 0 -> known;
      case 1 -> base64(known);
      case 2 -> hex(known, random.nextBoolean());
      case 3 -> escaped(base64(known), random.nextInt(2) * 3);
      case 4 -> escaped(escaped(known, 2 + random.nextInt(4)), 2 + random.nextInt(9));
      default -> escaped(known, 1 + random.nextInt(5));
    };
  }

  private String base64(String known) {
    byte[] all = (text(random.nextInt(7), 62) + known + text(random.nextInt(7), 62)).getBytes(StandardCharsets.ISO_8859_1);
    Base64.Encoder encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
    return random.nextBoolean() ? encoder.encodeToString(all) : encoder.withoutPadding().encodeToString(all);
  }

  private static String hex(String known, boolean upper) {
    StringBuilder text = new StringBuilder();
    known.chars().forEach(c -> text.append(String.format(upper ? "%02X" : "%02x", c)));
    return text.toString();
  }

  /** One in so many characters escaped, and those that would be taken for an escape always; 0: only those. */
  private String escaped(String known, int oneIn) {
    StringBuilder text = new StringBuilder();
    known.chars().forEach(c -> {
      boolean must = c == '%' || c == '\\';
      if (!must && (oneIn == 0 || random.nextInt(oneIn) != 0)) {
        text.append((char) c);
      } else {
        String format = switch (random.nextInt(5)) {
          case 0 -> "%%%02x";
          case 1 -> "%%%02X";
          case 2 -> "\\u%04x";
          case 3 -> "\\u%04X";
          default -> "\\x%02x";
        };
        text.append(c == '/' && random.nextBoolean() ? "\\/" : String.format(format, c));
      }
    });
    return text.toString();
  }
}
