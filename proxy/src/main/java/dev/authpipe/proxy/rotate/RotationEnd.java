package dev.authpipe.proxy.rotate;

import java.util.UUID;

import dev.authpipe.proxy.db.Tx;

/** Told when a rotation that the control plane asked for has ended in both stores. */
public interface RotationEnd {
  /**
   * The last keyset of before is destroyed in this transaction, which is one of the vault.
   *
   * @param command that asked
   */
  void ended(Tx tx, UUID command);
}
