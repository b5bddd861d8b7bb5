package dev.authpipe.proxy.envelope;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

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

  /** Adds the keyset that follows as opens-only; false while a rotation is under way or when another KEK wraps the active one by now. */
  boolean insertNext(Tx tx, StoredKeyset keyset, @Nullable UUID command);

  /** Puts another wrapping in the place of exactly this one; false when that is no longer there. */
  boolean replace(WorkspaceId workspace, StoredKeyset keyset, StoredKeyset by, Consumer<Tx> written);

  /** Whether this KEK alone wraps the usable keysets of the transaction's workspace, which stay locked. */
  boolean areWrappedBy(Tx tx, String kekName);

  /** The usable keysets of the transaction's workspace, oldest first, locked. */
  List<KeysetState> states(Tx tx);

  /** Makes a keyset the sealing one, and the one before decrypt-only. */
  void activate(Tx tx, int version);

  /** Erases a decrypt-only keyset. */
  void destroy(Tx tx, int version);
}
