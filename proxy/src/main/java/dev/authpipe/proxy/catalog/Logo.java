package dev.authpipe.proxy.catalog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture for the hosted page: one PNG that stands still, at most 24 KiB and 512 by 512 pixels, decoded as a whole so that no browser is given
 * what is none (W3C PNG third edition). Kept are the pixels alone: a gamma, a colour profile or an orientation would have one program show another
 * picture than the next. Never another format: SVG may hold script.
 */
final class Logo {
  /** Most bytes. */
  static final int LARGEST = 24 * 1024;
  private static final int WIDEST = 512;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  /** Length, type and checksum. */
  private static final int AROUND = 3 * Integer.BYTES;
  private static final int IEND = 0x49454e44;
  /** acTL, fcTL, fdAT: pictures after the first, which nobody decoded and nobody approved. */
  private static final Set<Integer> MOVING = Set.of(0x6163544c, 0x6663544c, 0x66644154);
  /** IHDR, PLTE, tRNS, IDAT, IEND: what pixels are made of. */
  private static final Set<Integer> PIXELS = Set.of(0x49484452, 0x504c5445, 0x74524e53, 0x49444154, IEND);
  /** In the first letter of a type: a decoder may pass over it. */
  private static final int ANCILLARY = 0x20000000;

  private final byte[] bytes;

  private Logo(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks a picture.
   *
   * @throws IllegalArgumentException with the end of a sentence
   */
  static Logo of(byte[] bytes) {
    if (bytes.length > LARGEST) {
      throw new IllegalArgumentException("is larger than 24 KiB");
    }
    byte[] picture = pixels(bytes);
    try {
      decode(picture);
    } catch (IOException broken) {
      throw new IllegalArgumentException("is no PNG that can be read", broken);
    }
    return new Logo(picture);
  }

  private static void decode(byte[] bytes) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) { // else in a file
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width <= WIDEST && height <= WIDEST) {
        reader.read(0);
        return;
      }
    } catch (RuntimeException broken) { // the decoder has no one kind for what is malformed
      throw new IOException("no PNG", broken);
    } finally {
      reader.dispose();
    }
    throw new IllegalArgumentException("is wider or higher than 512 pixels");
  }

  /** Walks the chunks: the decoder says nothing of a wrong checksum, of a second picture, or of what stands behind the end. */
  private static byte[] pixels(byte[] bytes) {
    if (!Arrays.equals(bytes, 0, Math.min(bytes.length, SIGNATURE.length), SIGNATURE, 0, SIGNATURE.length)) {
      throw new IllegalArgumentException("is no PNG that can be read");
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, SIGNATURE.length, bytes.length - SIGNATURE.length);
    ByteBuffer kept = ByteBuffer.allocate(bytes.length).put(SIGNATURE);
    while (rest.remaining() >= AROUND) {
      int start = rest.position();
      int length = rest.getInt(start);
      int type = rest.getInt(start + Integer.BYTES);
      if (length < 0 || length > rest.remaining() - AROUND || !isPassable(type) || !checksumHolds(rest, start, length)) {
        break;
      }
      if (PIXELS.contains(type)) {
        kept.put(bytes, start, AROUND + length);
      }
      rest.position(start + AROUND + length);
      if (type == IEND && rest.remaining() == 0) {
        return Arrays.copyOf(kept.array(), kept.position());
      }
    }
    throw new IllegalArgumentException("is no PNG that can be read: one picture that stands still, and nothing else");
  }

  private static boolean isPassable(int type) {
    return PIXELS.contains(type) || ((type & ANCILLARY) != 0 && !MOVING.contains(type));
  }

  private static boolean checksumHolds(ByteBuffer file, int start, int length) {
    CRC32 sum = new CRC32();
    sum.update(file.slice(start + Integer.BYTES, Integer.BYTES + length));
    return file.getInt(start + 2 * Integer.BYTES + length) == (int) sum.getValue();
  }

  /** The picture as a file. */
  byte[] file() {
    return bytes.clone();
  }

  /** The picture as a {@code data:} URL. */
  String dataUrl() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
