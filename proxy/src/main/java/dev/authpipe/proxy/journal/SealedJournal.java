package dev.authpipe.proxy.journal;

import java.nio.ByteBuffer;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/**
 * Answers of this replica's journal that are not settled: a key that one of them names is not destroyed. They end by themselves. Those of other
 * replicas it cannot see.
 */
@Singleton
final class SealedJournal implements SealedRows {
  private static final int KEY_ID_AT = 2;

  private final Journal journal;

  SealedJournal(Journal journal) {
    this.journal = journal;
  }

  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return journal.entries().unsettled(tx.workspace()).stream()
        .filter(entry -> journal.sealed(entry).map(sealed -> ByteBuffer.wrap(sealed).getInt(KEY_ID_AT) != present.value())
            .orElse(false))
        .count();
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    // none is in a database
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present) {
    return 0;
  }
}
