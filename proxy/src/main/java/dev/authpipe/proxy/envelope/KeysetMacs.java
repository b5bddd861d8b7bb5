package dev.authpipe.proxy.envelope;

import dev.authpipe.wire.WorkspaceId;

/**
 * Binds the keysets of one store to their workspace and their KEK by a MAC under the authority key (docs/crypto-format.md section 3.5): who may
 * encrypt under a KEK and can write the store cannot make a keyset that counts. Says nothing of a keyset's state.
 */
final class KeysetMacs {
  private static final String KIND = "keyset";

  private final DeploymentKeys keys;
  private final String purpose;

  KeysetMacs(DeploymentKeys keys, String purpose) {
    this.keys = keys;
    this.purpose = purpose;
  }

  StoredKeyset bind(WorkspaceId workspace, StoredKeyset keyset) {
    return keyset.bound(keys.authorityMac(KIND, canonical(workspace, keyset)));
  }

  /**
   * Lets through what was stored by us at this place.
   *
   * @throws IntegrityException      if it was not, or nothing says so
   * @throws KekOutageException      if the deployment's keys cannot be had for an outage
   * @throws KeyUnavailableException if they cannot be had at all
   */
  void demand(WorkspaceId workspace, StoredKeyset keyset) {
    byte[] mac = keyset.mac();
    if (mac == null || !holds(workspace, keyset, mac)) {
      throw new IntegrityException("keyset row");
    }
  }

  private boolean holds(WorkspaceId workspace, StoredKeyset keyset, byte[] mac) {
    try {
      return keys.authorityMacHolds(KIND, canonical(workspace, keyset), mac);
    } catch (KeyUnavailableException gone) {
      if (gone.reason() == KeyUnavailableException.Reason.OUTAGE) {
        throw new KekOutageException("the deployment's keys");
      }
      throw gone;
    }
  }

  private byte[] canonical(WorkspaceId workspace, StoredKeyset keyset) {
    return new CanonicalRow().text(purpose).id(workspace.value()).number((long) keyset.version()).text(keyset.kekName())
        .binary(keyset.wrapped()).bytes();
  }
}
