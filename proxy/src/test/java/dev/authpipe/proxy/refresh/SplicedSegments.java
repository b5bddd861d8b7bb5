package dev.authpipe.proxy.refresh;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/** What somebody who can write the file, and knows its format, may make of a segment with one entry. */
final class SplicedSegments {
  private static final int HEADER = 64;
  private static final int PREFIX = 9;
  private static final int CONNECTION_AT = HEADER + PREFIX + 2 + 3 + 16;

  private SplicedSegments() {}

  /** The entry under another connection, with a right checksum. */
  static byte[] withConnection(byte[] segment, UUID from, UUID to) {
    byte[] changed = segment.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    if (bytes.getLong(CONNECTION_AT) != from.getMostSignificantBits()) {
      throw new IllegalStateException("the entry is not where it was expected");
    }
    bytes.putLong(CONNECTION_AT, to.getMostSignificantBits()).putLong(CONNECTION_AT + 8, to.getLeastSignificantBits());
    CRC32C crc = new CRC32C();
    crc.update(changed, HEADER, 5);
    crc.update(changed, HEADER + PREFIX, changed.length - HEADER - PREFIX);
    bytes.putInt(HEADER + 5, (int) crc.getValue());
    return changed;
  }

  /** A copy of the entry with one changed byte and a length that leads nowhere, and then the entry. */
  static byte[] withDamagedCopyFirst(byte[] segment) {
    int record = segment.length - HEADER;
    byte[] longer = new byte[segment.length + record];
    System.arraycopy(segment, 0, longer, 0, segment.length);
    System.arraycopy(segment, HEADER, longer, segment.length, record);
    longer[HEADER + 1] = 0x7F;
    longer[HEADER + PREFIX + 100] ^= 1;
    return longer;
  }
}
