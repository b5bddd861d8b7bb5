package dev.authpipe.proxy.catalog;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.IntegrationStore.WorkspaceRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.IntegrityException;

/** Which KEK a workspace has picked, in its row under the authority key. Never wraps anything itself. */
@Singleton
public final class WorkspaceKeks {
  private final DeploymentKeys keys;

  WorkspaceKeks(DeploymentKeys keys) {
    this.keys = keys;
  }

  /**
   * The KEK of the transaction's workspace.
   *
   * @throws IntegrityException if its row is not what was written
   */
  public String of(Tx tx) {
    return stored(tx).kekName();
  }

  /**
   * Gives the transaction's workspace another KEK; false when it has that already.
   *
   * @throws IntegrityException if its row is not what was written
   */
  public boolean change(Tx tx, String kekName) {
    WorkspaceRecord stored = stored(tx);
    if (stored.kekName().equals(kekName)) {
      return false;
    }
    WorkspaceRecord changed = new WorkspaceRecord(stored.id(), stored.name(), kekName, new byte[0]);
    IntegrationStore.moveUnder(tx, kekName, keys.authorityMac("workspace", Registration.canonical(changed)));
    return true;
  }

  private WorkspaceRecord stored(Tx tx) {
    WorkspaceRecord stored = IntegrationStore.workspace(tx).orElseThrow(() -> new IntegrityException("workspace"));
    if (!keys.authorityMacHolds("workspace", Registration.canonical(stored), stored.mac())) {
      throw new IntegrityException("workspace");
    }
    return stored;
  }
}
