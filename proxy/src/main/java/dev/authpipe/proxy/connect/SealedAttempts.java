package dev.authpipe.proxy.connect;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/** Verifiers, codes and keys of connect attempts; they end with their session. */
@Singleton
final class SealedAttempts implements SealedRows {
  private final AttemptStore attempts;
  private final Configuration configuration;

  SealedAttempts(AttemptStore attempts, Configuration configuration) {
    this.attempts = attempts;
    this.configuration = configuration;
  }

  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return AttemptStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return AttemptStore.counts(tx);
  }

  @Override
  public boolean endByThemselves() {
    return true;
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    attempts.each(tx, (attempt, endUser) -> configuration.integration(attempt.integration()).ifPresent(integration -> {
      String provider = integration.provider().slug(); // without its integration an attempt cannot be finished any more
      byte[] verifier = attempt.sealedVerifier();
      byte[] code = attempt.sealedCode();
      if (verifier != null) {
        visitor.visit(attempt.place(provider, RecordKind.CONNECT_VERIFIER, endUser), verifier);
      }
      if (code != null) {
        RecordKind kind = attempt.tokenEndpoint() == null ? RecordKind.PENDING_KEY : RecordKind.CONNECT_CODE;
        visitor.visit(attempt.place(provider, kind, endUser), code);
      }
    }));
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    return 0;
  }
}
