package dev.authpipe.proxy.envelope;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/** The rows of workspace keysets in one store; holds nothing unwrapped. */
interface KeysetStore {
  /** The keysets that open records: opens-only, active and decrypt-only, at most 16. */
  List<StoredKeyset> usable(WorkspaceId workspace);

  /** The highest version that ever was, 0 for none. */
  int latestVersion(WorkspaceId workspace);

  /** Adds an active keyset; false when another replica was first. */
  boolean insertActive(WorkspaceId workspace, StoredKeyset keyset);

  /** Adds the keyset that follows as opens-only; false while a rotation is under way. */
  boolean insertNext(Tx tx, StoredKeyset keyset, @Nullable UUID command);

  /** The usable keysets of the transaction's workspace, oldest first, locked. */
  List<KeysetState> states(Tx tx);

  /** Makes a keyset the sealing one, and the one before decrypt-only. */
  void activate(Tx tx, int version);

  /** Erases a decrypt-only keyset. */
  void destroy(Tx tx, int version);
}
