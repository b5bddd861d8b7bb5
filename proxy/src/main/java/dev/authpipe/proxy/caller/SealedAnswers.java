package dev.authpipe.proxy.caller;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/** Remembered answers; they end by themselves within a day. */
@Singleton
final class SealedAnswers implements SealedRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return IdempotencyStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return IdempotencyStore.counts(tx);
  }

  @Override
  public boolean endByThemselves() {
    return true;
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    IdempotencyStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    return 0;
  }
}
