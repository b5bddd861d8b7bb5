package dev.authpipe.proxy.envelope;

import java.util.SortedMap;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.wire.WorkspaceId;

/** Which KEKs wrap the keysets of a workspace, by the version of the keyset, in each store. Asks no KEK. */
@Singleton
public final class KekUse {
  private final Envelopes vault;
  private final Envelopes clientSecrets;

  KekUse(@Named("vault") Envelopes vault, @Named("client_secrets") Envelopes clientSecrets) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
  }

  /** In the vault. */
  public SortedMap<Integer, String> vault(WorkspaceId workspace) {
    return vault.kekNames(workspace);
  }

  /** Whether a keyset of the workspace is bound to no KEK, in either store: an earlier version made it, or somebody else. */
  public boolean hasUnbound(WorkspaceId workspace) {
    return vault.hasUnbound(workspace) || clientSecrets.hasUnbound(workspace);
  }

  /** In the client-secrets store. */
  public SortedMap<Integer, String> clientSecrets(WorkspaceId workspace) {
    return clientSecrets.kekNames(workspace);
  }
}
