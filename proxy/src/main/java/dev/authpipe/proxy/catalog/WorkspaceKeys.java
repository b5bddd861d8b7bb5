package dev.authpipe.proxy.catalog;

import java.util.Set;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ApiKeyId;

/** Which API keys a workspace has, for the rules that a control plane makes about them. Never what they are or may do. */
public interface WorkspaceKeys {
  /** All of the transaction's workspace, revoked ones too. */
  Set<ApiKeyId> of(Tx tx);
}
