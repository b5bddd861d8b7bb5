package dev.authpipe.proxy.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One record of a segment (docs/journal-format.md, section 2.3):
 *
 * <pre>
 * +------+--------+---------+----------------+
 * | type | length | CRC-32C | body           |
 * | 1    | 4      | 4       | 0 to 66,048    |
 * +------+--------+---------+----------------+
 * </pre>
 *
 * The checksum tells damage from data and proves nothing.
 */
final class JournalFrame {
  static final int PREFIX = 9;
  static final int BODY_MOST = 66_048;
  static final byte ENTRY = 1;
  static final byte ERASED = 2;
  private static final int CHECKED_PREFIX = 5;

  private JournalFrame() {}

  static byte[] entry(byte[] place, byte[] sealed) {
    int length = Short.BYTES + place.length + sealed.length;
    if (length > BODY_MOST) {
      throw new IllegalArgumentException("a record of the journal has at most 66,048 bytes");
    }
    ByteBuffer frame = ByteBuffer.allocate(PREFIX + length).put(ENTRY).putInt(length).putInt(0).putShort((short) place.length)
        .put(place).put(sealed);
    return checked(frame.array());
  }

  static byte[] erased(int bodyLength) {
    return checked(ByteBuffer.allocate(PREFIX + bodyLength).put(ERASED).putInt(bodyLength).array());
  }

  /** The length of the body at a position; -1: no whole record with a right checksum stands there. */
  static int bodyLength(byte[] segment, int at) {
    if (segment.length - at < PREFIX || (segment[at] != ENTRY && segment[at] != ERASED)) {
      return -1;
    }
    ByteBuffer in = ByteBuffer.wrap(segment);
    int length = in.getInt(at + 1);
    if (length < 0 || length > BODY_MOST || length > segment.length - at - PREFIX) {
      return -1;
    }
    return in.getInt(at + CHECKED_PREFIX) == checksum(segment, at, length) ? length : -1;
  }

  static byte[] place(byte[] segment, int at, int bodyLength) {
    int start = at + PREFIX + Short.BYTES;
    return java.util.Arrays.copyOfRange(segment, start, start + placeLength(segment, at, bodyLength));
  }

  static byte[] sealed(byte[] segment, int at, int bodyLength) {
    int start = at + PREFIX + Short.BYTES + placeLength(segment, at, bodyLength);
    return java.util.Arrays.copyOfRange(segment, start, at + PREFIX + bodyLength);
  }

  private static int placeLength(byte[] segment, int at, int bodyLength) {
    int length = bodyLength < Short.BYTES ? -1 : Short.toUnsignedInt(ByteBuffer.wrap(segment).getShort(at + PREFIX));
    if (length < 0 || length > bodyLength - Short.BYTES) {
      throw new IllegalArgumentException("malformed entry");
    }
    return length;
  }

  private static byte[] checked(byte[] frame) {
    ByteBuffer.wrap(frame).putInt(CHECKED_PREFIX, checksum(frame, 0, frame.length - PREFIX));
    return frame;
  }

  private static int checksum(byte[] bytes, int at, int bodyLength) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, CHECKED_PREFIX);
    crc.update(bytes, at + PREFIX, bodyLength);
    return (int) crc.getValue();
  }
}
