package dev.authpipe.proxy.envelope;

import java.util.List;

import dev.authpipe.wire.WorkspaceId;

/** The rows of workspace keysets in one store; holds nothing unwrapped. */
interface KeysetStore {
  /** The keysets that open records: opens-only, active and decrypt-only, at most 16. */
  List<StoredKeyset> usable(WorkspaceId workspace);

  /** The highest version that ever was, 0 for none. */
  int latestVersion(WorkspaceId workspace);

  /** Adds an active keyset; false when another replica was first. */
  boolean insertActive(WorkspaceId workspace, StoredKeyset keyset);
}
