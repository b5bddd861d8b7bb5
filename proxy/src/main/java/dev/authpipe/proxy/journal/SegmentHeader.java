package dev.authpipe.proxy.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a segment (docs/journal-format.md, section 2.2).
 *
 * @param journal the same in all segments of a directory
 * @param number  of the segment, also in its file's name
 */
record SegmentHeader(UUID journal, long number) {
  static final int LENGTH = 64;
  private static final byte[] MAGIC = "authpipe-journal".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int CHECKED = 60;

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(LENGTH).put(MAGIC).put(VERSION).putLong(journal.getMostSignificantBits())
        .putLong(journal.getLeastSignificantBits()).putLong(number);
    return out.putInt(CHECKED, checksum(out.array())).array();
  }

  /** @throws IllegalArgumentException if a segment does not begin with a header of this version */
  static SegmentHeader decode(byte[] segment) {
    if (segment.length < LENGTH) {
      throw new IllegalArgumentException("no header");
    }
    ByteBuffer in = ByteBuffer.wrap(segment);
    SegmentHeader header = new SegmentHeader(new UUID(in.getLong(MAGIC.length + 1), in.getLong(MAGIC.length + 9)),
        in.getLong(MAGIC.length + 17));
    if (!Arrays.equals(header.encode(), Arrays.copyOf(segment, LENGTH))) {
      throw new IllegalArgumentException("unknown header");
    }
    return header;
  }

  private static int checksum(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, CHECKED);
    return (int) crc.getValue();
  }
}
