package dev.authpipe.proxy.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;

/** The room wired by hand for tests. */
public final class LedgerParts {
  private LedgerParts() {}

  /** A ledger with its third place in a directory. */
  public static ErasureLedger beside(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, Clock clock,
      Path directory) {
    return new ErasureLedger(vault, clientSecrets, keys, clock, new LedgerFile(directory, "test"));
  }

  public static LedgerReplays replays(ErasureLedger ledger, List<LedgerReplay> kinds, VaultDatabase vault, AuditLog audit) {
    return replays(ledger, kinds, vault, audit, Ticker.systemTicker());
  }

  /** By an elapsed time of the test's. */
  public static LedgerReplays replays(ErasureLedger ledger, List<LedgerReplay> kinds, VaultDatabase vault, AuditLog audit,
      Ticker ticker) {
    return new LedgerReplays(ledger, kinds, vault, audit, ticker);
  }
}
