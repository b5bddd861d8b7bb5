package dev.authpipe.proxy.backup;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

import dev.authpipe.wire.WorkspaceId;

/**
 * One erasure in the ledger, by random ids.
 *
 * @param erasure    which one
 * @param seq        number in the workspace's ledger when it was written: 1, 2, 3 …
 * @param subject    the random id of the person; of a workspace: of the command that asked
 * @param recordedAt cut to microseconds
 */
public record LedgerEntry(WorkspaceId workspace, UUID erasure, long seq, Kind kind, UUID subject, Instant recordedAt) {
  /** What was erased. */
  public enum Kind {
    PERSON,
    WORKSPACE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
