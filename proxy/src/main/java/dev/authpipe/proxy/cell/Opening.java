package dev.authpipe.proxy.cell;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/** Opens every sealed record of a copy with the keysets of that copy. Never keeps a plaintext. */
final class Opening implements AutoCloseable {
  private static final int TELL = 500;

  private final Database copy;
  private final Envelopes envelopes;
  private final List<SealedRows> rows;
  private final WorkspaceId workspace;
  private final MoveProgress progress;
  private final Set<ByteBuffer> opened = new HashSet<>();

  Opening(Database copy, Envelopes envelopes, List<SealedRows> rows, WorkspaceId workspace, MoveProgress progress) {
    this.copy = copy;
    this.envelopes = envelopes;
    this.rows = rows.stream().filter(one -> one.store().equals(copy.name())).toList();
    this.workspace = workspace;
    this.progress = progress;
  }

  /**
   * Opens what has not been opened yet.
   *
   * @return how many records were opened so far
   * @throws dev.authpipe.proxy.envelope.IntegrityException if one does not open where it stands
   */
  long run() {
    envelopes.hold(workspace); // the KEK is asked now, not within the transaction
    copy.run(workspace, tx -> rows.forEach(some -> some.each(tx, (place, sealed) -> {
      if (opened.add(digest(place, sealed))) {
        try (SecretBytes plain = envelopes.open(place, sealed)) {
          if (plain.length() >= 0 && opened.size() % TELL == 0) {
            progress.opened(opened.size());
          }
        }
      }
    })));
    progress.opened(opened.size());
    return opened.size();
  }

  /** How many records were opened so far. */
  long count() {
    return opened.size();
  }

  /** Of a record and its place: the same bytes at another place are another record, and do not open there. */
  private static ByteBuffer digest(RecordContext place, byte[] sealed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(place.toString().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest(sealed));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  @Override
  public void close() {
    envelopes.close();
    copy.close();
  }
}
