package dev.authpipe.proxy.catalog;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

/** Pictures that may stand on the connect page, and files that claim to. */
final class Pictures {
  private static final int HEAD = 33;

  private Pictures() {}

  static byte[] png(int width, int height) {
    return picture("png", width, height);
  }

  /** A script, a bomb, two pictures in one, a page behind a picture, and whatever else is not one PNG. */
  static List<byte[]> hostile() {
    byte[] png = png(64, 40);
    return List.of("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".getBytes(StandardCharsets.UTF_8),
        "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8), picture("jpg", 64, 40), picture("gif", 64, 40), png(513, 1),
        png(1, 513), announcing(png, 30_000), announcing(png, Integer.MAX_VALUE), announcing(png, 0), new byte[24 * 1024 + 1],
        Arrays.copyOf(png, 24 * 1024 + 1), Arrays.copyOf(png, png.length - 20), withoutPixels(png), png("acTL", png),
        png("fdAT", png), png("ABCD", png), miscounted(png),
        joined(png, "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8)), joined(png, png), new byte[]{1});
  }

  /** The same pixels, which a reader that heeds the gamma or the orientation would draw otherwise. */
  static byte[] dressed(byte[] png) {
    return png("tEXt", png("eXIf", png("gAMA", png)));
  }

  /** A checksum that does not hold: some readers draw the picture, others do not. */
  private static byte[] miscounted(byte[] png) {
    byte[] wrong = png.clone();
    wrong[HEAD - 1] ^= 1;
    return wrong;
  }

  /** A chunk behind the head. */
  private static byte[] png(String type, byte[] png) {
    byte[] body = joined(type.getBytes(StandardCharsets.US_ASCII), new byte[8]);
    return joined(joined(Arrays.copyOf(png, HEAD), chunk(body)), Arrays.copyOfRange(png, HEAD, png.length));
  }

  /** Chunks in order, under checksums that hold, and nothing in them that could be drawn. */
  private static byte[] withoutPixels(byte[] png) {
    byte[] head = joined(Arrays.copyOf(png, HEAD), chunk(new byte[]{'I', 'D', 'A', 'T', 1, 2, 3}));
    return joined(head, chunk(new byte[]{'I', 'E', 'N', 'D'}));
  }

  /** Another width in the head, under a checksum that holds. */
  private static byte[] announcing(byte[] png, int width) {
    byte[] body = Arrays.copyOfRange(png, 12, 29);
    ByteBuffer.wrap(body).putInt(4, width);
    return joined(joined(Arrays.copyOf(png, 8), chunk(body)), Arrays.copyOfRange(png, HEAD, png.length));
  }

  private static byte[] chunk(byte[] body) {
    CRC32 sum = new CRC32();
    sum.update(body);
    return ByteBuffer.allocate(body.length + 8).putInt(body.length - 4).put(body).putInt((int) sum.getValue()).array();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static byte[] picture(String format, int width, int height) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, file);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return file.toByteArray();
  }
}
