package dev.authpipe.proxy.audit;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.ExportHeader;
import dev.authpipe.tlog.ExportLine;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.wire.WorkspaceId;

/**
 * A range of a log as JSON lines (docs/audit-format.md section 9), read from the store page by page as it is taken. Passes on what is stored
 * even when it does not fit: finding that is the verifier's work. Never holds more than a page, nor a transaction between two pages. Not
 * thread-safe.
 */
public final class AuditExport extends InputStream {
  private static final int PAGE = 500;

  private final Database store;
  private final WorkspaceId workspace;
  private final SignedNote note;
  private final Checkpoint checkpoint;
  private final long from;
  private final long to;
  private byte[] page = new byte[0];
  private int at;
  private long next;
  private boolean begun;
  private boolean ended;

  /**
   * Begins; nothing is read yet.
   *
   * @param note the checkpoint of the log
   * @param from first event
   * @param to   event after the last, at most the checkpoint's size
   */
  public AuditExport(Checkpoints checkpoints, WorkspaceId workspace, AuditQuery.Log log, SignedNote note, long from, long to) {
    this.store = checkpoints.store(log);
    this.workspace = workspace;
    this.note = note;
    this.checkpoint = Checkpoint.parse(note.text());
    if (from < 0 || from > to || to > checkpoint.size()) {
      throw new IllegalArgumentException("a range within the checkpoint");
    }
    this.from = from;
    this.to = to;
    this.next = from;
  }

  @Override
  public int read() {
    return fill() ? page[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, page.length - at);
    System.arraycopy(page, at, into, offset, count);
    at += count;
    return count;
  }

  private boolean fill() {
    while (at == page.length) {
      byte[] more = more();
      if (more == null) {
        return false;
      }
      page = more;
      at = 0;
    }
    return true;
  }

  private byte @Nullable [] more() {
    if (!begun) {
      begun = true;
      return line(header().line().getBytes(StandardCharsets.UTF_8));
    }
    if (next < to) {
      return events();
    }
    if (!ended && to < checkpoint.size()) {
      ended = true;
      return line(ExportLine.proof(new StoredTree(store, workspace).consistency(to, checkpoint.size())));
    }
    return null;
  }

  private ExportHeader header() {
    MerkleTree before = new StoredTree(store, workspace).at(from);
    return new ExportHeader(note.toString(), from, to, Hash.listOfHex(HexFormat.of().formatHex(before.frontier())));
  }

  private byte[] events() {
    List<CheckpointStore.Stored> found = store.inWorkspace(workspace, tx -> CheckpointStore.events(tx, next, to, PAGE));
    next = found.size() < PAGE ? to : found.getLast().seq + 1;
    ByteArrayOutputStream lines = new ByteArrayOutputStream(64 * 1024);
    for (CheckpointStore.Stored one : found) {
      lines.writeBytes(line(ExportLine.event(one.body, Hash.of(one.leaf))));
    }
    return lines.toByteArray();
  }

  private static byte[] line(byte[] content) {
    byte[] line = Arrays.copyOf(content, content.length + 1);
    line[content.length] = '\n';
    return line;
  }
}
