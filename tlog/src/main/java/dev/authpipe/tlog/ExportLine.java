package dev.authpipe.tlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The lines of an export after the first: {@code {"event":…,"leaf":"…"}} per event, its bytes between the two as they are hashed; {@code null}
 * for an event whose body retention deleted; at the end of a partial range {@code {"proof":"…"}}. Never changes a byte of an event.
 */
public final class ExportLine {
  private static final byte[] BEFORE = "{\"event\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BETWEEN = ",\"leaf\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = "\"}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONE = "null".getBytes(StandardCharsets.US_ASCII);
  private static final int LEAF_LENGTH = 2 * MerkleTree.HASH_LENGTH;

  private final byte @Nullable [] event;
  private final Hash leaf;

  private ExportLine(byte @Nullable [] event, Hash leaf) {
    this.event = event;
    this.leaf = leaf;
  }

  /** The line of an event, without its end. */
  public static byte[] event(byte @Nullable [] canonical, Hash leaf) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    line.writeBytes(BEFORE);
    line.writeBytes(canonical == null ? NONE : canonical);
    line.writeBytes(BETWEEN);
    line.writeBytes(leaf.toString().getBytes(StandardCharsets.US_ASCII));
    line.writeBytes(AFTER);
    return line.toByteArray();
  }

  /** The last line of a partial range, without its end: that the tree at its end is the beginning of the checkpoint's. */
  public static byte[] proof(List<Hash> hashes) {
    return CanonicalJson.write(Map.of("proof", Hash.hex(hashes)));
  }

  static List<Hash> parseProof(byte[] line) {
    Map<String, Object> members = CanonicalJson.read(line);
    if (members.size() == 1 && members.get("proof") instanceof String hashes) {
      return Hash.listOfHex(hashes);
    }
    throw new LogFormatException("the last line must be the proof");
  }

  static ExportLine parse(byte[] line) {
    int end = line.length - AFTER.length - LEAF_LENGTH - BETWEEN.length;
    boolean framed = end > BEFORE.length && at(line, 0, BEFORE) && at(line, end, BETWEEN)
        && at(line, line.length - AFTER.length, AFTER);
    if (!framed) {
      throw new LogFormatException("the line must be {\"event\":…,\"leaf\":\"…\"} without blanks");
    }
    String leaf = new String(line, end + BETWEEN.length, LEAF_LENGTH, StandardCharsets.ISO_8859_1);
    byte[] event = Arrays.copyOfRange(line, BEFORE.length, end);
    return new ExportLine(Arrays.equals(event, NONE) ? null : event, Hash.listOfHex(leaf).get(0));
  }

  /** The canonical bytes; null: retention deleted them. */
  byte @Nullable [] event() {
    return event;
  }

  Hash leaf() {
    return leaf;
  }

  private static boolean at(byte[] line, int from, byte[] part) {
    return Arrays.equals(line, from, from + part.length, part, 0, part.length);
  }
}
