package dev.authpipe.control.policy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * A small picture in the PNG format (W3C PNG third edition, section 5), whose chunks were walked and whose checksums hold. Never another
 * format: SVG may hold script. The pixels are not decoded here.
 */
public final class PngImage {
  /** Most bytes. */
  static final int LARGEST = 24 * 1024;
  private static final String DATA_URL = "data:image/png;base64,";
  private static final int WIDEST = 512;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454e44;
  /** acTL, fcTL, fdAT: pictures after the first. */
  private static final Set<Integer> MOVING = Set.of(0x6163544c, 0x6663544c, 0x66644154);

  private final byte[] bytes;

  private PngImage(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks a file.
   *
   * @throws IllegalArgumentException if it is none, too large, too wide, moves, or has something behind its end
   */
  static PngImage of(byte[] file) {
    if (file.length > LARGEST || file.length < SIGNATURE.length || !Arrays.equals(file, 0, 8, SIGNATURE, 0, 8)) {
      throw new IllegalArgumentException("no PNG of at most 24 KiB");
    }
    ByteBuffer rest = ByteBuffer.wrap(file, 8, file.length - 8);
    boolean first = true;
    while (rest.remaining() >= 12) {
      int length = rest.getInt();
      if (length < 0 || length > rest.remaining() - 8) {
        break;
      }
      int type = rest.getInt(rest.position());
      CRC32 sum = new CRC32();
      sum.update(file, rest.position(), length + 4);
      if (MOVING.contains(type)) {
        break;
      }
      if (first && (type != IHDR || length != 13 || !fits(rest.getInt(rest.position() + 4))
          || !fits(rest.getInt(rest.position() + 8)))) {
        break;
      }
      first = false;
      rest.position(rest.position() + 4 + length);
      if (rest.getInt() != (int) sum.getValue()) {
        break;
      }
      if (type == IEND && rest.remaining() == 0) {
        return new PngImage(file.clone());
      }
    }
    throw new IllegalArgumentException("no PNG of at most 512 by 512 pixels");
  }

  /**
   * Reads a {@code data:} URL.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  static PngImage ofDataUrl(String text) {
    if (!text.startsWith(DATA_URL) || text.length() > DATA_URL.length() + LARGEST / 3 * 4 + 8) {
      throw new IllegalArgumentException("no data URL of a PNG");
    }
    return of(Base64.getDecoder().decode(text.substring(DATA_URL.length())));
  }

  /** The picture as a {@code data:} URL. */
  public String dataUrl() {
    return DATA_URL + base64();
  }

  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  private static boolean fits(int pixels) {
    return pixels > 0 && pixels <= WIDEST;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PngImage that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
