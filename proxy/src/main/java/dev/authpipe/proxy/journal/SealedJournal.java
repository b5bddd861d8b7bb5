package dev.authpipe.proxy.journal;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/**
 * Answers of this replica's journal that are not settled: a key that one of them names is not destroyed. They end by themselves. Those of other
 * replicas {@link JournalClaims} tells of.
 */
@Singleton
final class SealedJournal implements SealedRows {
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
    return counts(tx).entrySet().stream().filter(one -> !one.getKey().equals(present)).mapToLong(Map.Entry::getValue).sum();
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return journal.entries().unsettled(tx.workspace()).stream().flatMap(entry -> journal.keyId(entry).stream())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Override
  public boolean endByThemselves() {
    return true;
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    // none is in a database
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    return 0;
  }
}
