package dev.authpipe.proxy.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reader finds in the bytes of one segment: entries, damage and perhaps a torn tail. Never believes what its checksum does not fit, and
 * never lets damage hide what stands behind it.
 *
 * @param entries in the order of the file
 * @param damaged how many stretches were no records
 * @param torn    whether the file ends in the middle of a record
 * @param end     where the next record belongs
 */
record SegmentScan(List<Found> entries, int damaged, boolean torn, int end) {

  /** One entry: where it stands, how long it is, where it belongs. */
  record Found(int position, int bodyLength, JournalPlace place) {}

  SegmentScan {
    entries = List.copyOf(entries);
  }

  static SegmentScan of(byte[] segment) {
    List<Found> entries = new ArrayList<>();
    int damaged = 0;
    int at = SegmentHeader.LENGTH;
    while (at < segment.length) {
      int length = JournalFrame.bodyLength(segment, at);
      if (length < 0) {
        int next = nextRecord(segment, at);
        if (next < 0) {
          boolean cut = isCut(segment, at);
          return new SegmentScan(entries, damaged + (cut ? 0 : 1), cut, cut ? at : segment.length);
        }
        damaged++;
        at = next;
        continue;
      }
      if (segment[at] == JournalFrame.ENTRY) {
        try {
          entries.add(new Found(at, length, JournalPlace.decode(JournalFrame.place(segment, at, length))));
        } catch (IllegalArgumentException malformed) {
          damaged++;
        }
      }
      at += JournalFrame.PREFIX + length;
    }
    return new SegmentScan(entries, damaged, false, segment.length);
  }

  /** A record that ends beyond the file, or nothing but zeros: an append that was never acknowledged. */
  private static boolean isCut(byte[] segment, int at) {
    boolean zeros = true;
    for (int i = at; i < segment.length && zeros; i++) {
      zeros = segment[i] == 0;
    }
    if (zeros) {
      return true;
    }
    if (segment[at] != JournalFrame.ENTRY) {
      return false;
    }
    if (segment.length - at < JournalFrame.PREFIX) {
      return true;
    }
    int length = java.nio.ByteBuffer.wrap(segment).getInt(at + 1);
    return length >= 0 && length <= JournalFrame.BODY_MOST && length > segment.length - at - JournalFrame.PREFIX;
  }

  private static int nextRecord(byte[] segment, int damagedAt) {
    for (int at = damagedAt + 1; at <= segment.length - JournalFrame.PREFIX; at++) {
      if (JournalFrame.bodyLength(segment, at) >= 0) {
        return at;
      }
    }
    return -1;
  }
}
