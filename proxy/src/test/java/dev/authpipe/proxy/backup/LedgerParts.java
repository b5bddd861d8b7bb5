package dev.authpipe.proxy.backup;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.db.VaultDatabase;

/** The room wired by hand for tests. */
public final class LedgerParts {
  private LedgerParts() {}

  public static LedgerReplays replays(ErasureLedger ledger, List<LedgerReplay> kinds, VaultDatabase vault, AuditLog audit) {
    return new LedgerReplays(ledger, kinds, vault, audit, Ticker.systemTicker());
  }
}
