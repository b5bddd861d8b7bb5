package dev.authpipe.proxy.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.echo.GzipScan.Look;

/** Echoes in gzip, however it is cut up, and what is no gzip. */
@Tag("S26")
class GzipScanTest {
  private static final String KNOWN = "tok_A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8";
  private static final EchoScratch SCRATCH = new EchoScratch(7);

  @Test
  void anEchoIsFoundWhereverTheCompressedBytesAreCut() throws IOException {
    byte[] packed = gzip("before it " + KNOWN + " behind it");
    for (int cut = 0; cut <= packed.length; cut++) {
      assertThat(look(packed, cut)).as("cut at %d", cut).isEqualTo(Look.ECHO);
    }
    byte[] clean = gzip("before it " + KNOWN.substring(1) + " behind it");
    for (int cut = 0; cut <= clean.length; cut++) {
      assertThat(look(clean, cut)).as("cut at %d", cut).isEqualTo(Look.CLEAN);
    }
  }

  @Test
  void anEchoAcrossWhatIsInflatedAtATimeIsFound() throws IOException {
    Random random = new Random(3);
    for (int before = 16 * 1024 - KNOWN.length() - 1; before <= 16 * 1024 + 1; before++) {
      byte[] noise = new byte[before];
      random.nextBytes(noise);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(noise);
      all.writeBytes(KNOWN.getBytes(StandardCharsets.UTF_8));
      assertThat(look(gzip(all.toByteArray()), 0)).as("behind %d bytes", before).isEqualTo(Look.ECHO);
    }
  }

  @Test
  void everyFieldOfAHeaderIsReadAndAnEchoInOneFound() throws IOException {
    byte[] plain = withFields("a name", "a comment", "clean", true);
    for (int cut = 0; cut <= plain.length; cut++) {
      assertThat(look(plain, cut)).isEqualTo(Look.CLEAN);
    }
    assertThat(look(withFields("a name", "a comment", "is " + KNOWN, true), 5)).isEqualTo(Look.ECHO);
    assertThat(look(withFields("a name", KNOWN, "clean", true), 5)).isEqualTo(Look.ECHO);
    assertThat(look(withFields(KNOWN, "a comment", "clean", false), 5)).isEqualTo(Look.ECHO);
  }

  @Test
  void anEchoInALaterMemberOrAcrossTwoIsFound() throws IOException {
    int half = KNOWN.length() / 2;
    for (byte[] both : new byte[][]{joined(gzip("first"), gzip("and " + KNOWN)),
        joined(gzip("is " + KNOWN.substring(0, half)), gzip(KNOWN.substring(half)))}) {
      for (int cut = 0; cut <= both.length; cut++) {
        assertThat(look(both, cut)).isEqualTo(Look.ECHO);
      }
    }
    assertThat(look(joined(gzip("first"), gzip("second")), 3)).isEqualTo(Look.CLEAN);
  }

  @Test
  void whatIsNoGzipIsUnreadable() throws IOException {
    byte[] broken = gzip("a text that is long enough to have a body of its own");
    broken[12] = (byte) 0xFF;
    broken[13] = (byte) 0xFF;
    assertThat(look(broken, 0)).isEqualTo(Look.UNREADABLE);
    assertThat(look("not gzip at all".getBytes(StandardCharsets.UTF_8), 0)).isEqualTo(Look.UNREADABLE);
    assertThat(look(joined(gzip("first"), "trailing".getBytes(StandardCharsets.UTF_8)), 0)).isEqualTo(Look.UNREADABLE);
    for (int octet = 0; octet < 4; octet++) {
      byte[] other = gzip("text");
      other[octet] ^= (byte) 0xE0;
      assertThat(look(other, 0)).as("octet %d", octet).isEqualTo(Look.UNREADABLE);
    }
    assertThat(look(Arrays.copyOf(gzip("cut short"), 14), 2)).isEqualTo(Look.CLEAN);
    assertThat(look(new byte[0], 0)).isEqualTo(Look.CLEAN);
  }

  @Test
  @Tag("S27")
  void aBombIsUnreadableAndALargeTextIsNot() throws IOException {
    assertThat(look(gzip(new byte[(int) (GzipScan.ALWAYS + 100_000)]), 100)).isEqualTo(Look.UNREADABLE);
    assertThat(look(gzip(new byte[(int) GzipScan.ALWAYS]), 100)).isEqualTo(Look.CLEAN);
    byte[] random = new byte[(int) GzipScan.ALWAYS + 100_000];
    new Random(5).nextBytes(random);
    assertThat(look(gzip(random), 100)).isEqualTo(Look.CLEAN);
  }

  private static Look look(byte[] packed, int cut) {
    EchoGuard guard = new EchoGuard(SCRATCH);
    guard.watch(KNOWN.getBytes(StandardCharsets.UTF_8));
    try (guard; GzipScan scan = guard.gzip()) {
      Look first = scan.look(ByteBuffer.wrap(packed, 0, cut), false);
      return first == Look.CLEAN ? scan.look(ByteBuffer.wrap(packed, cut, packed.length - cut), true) : first;
    }
  }

  private static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text);
    }
    return packed.toByteArray();
  }

  /** A member with every optional field, or only a name. */
  private static byte[] withFields(String name, String comment, String body, boolean all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[]{0x1F, (byte) 0x8B, 8, (byte) (all ? 0x1E : 8), 0, 0, 0, 0, 0, 3});
    if (all) {
      out.writeBytes(new byte[]{5, 0, 1, 2, 3, 4, 5});
    }
    out.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
    if (all) {
      out.writeBytes((comment + "\0").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(new byte[2]);
    }
    byte[] text = body.getBytes(StandardCharsets.UTF_8);
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(text);
    deflater.finish();
    byte[] packed = new byte[1000];
    out.write(packed, 0, deflater.deflate(packed));
    deflater.end();
    CRC32 sum = new CRC32();
    sum.update(text);
    for (long value : new long[]{sum.getValue(), text.length}) {
      for (int i = 0; i < 4; i++) {
        out.write((int) (value >> (8 * i)));
      }
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
