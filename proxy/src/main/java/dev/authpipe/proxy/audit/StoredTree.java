package dev.authpipe.proxy.audit;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.tlog.Proofs;
import dev.authpipe.wire.WorkspaceId;

/** The tree of a log at earlier sizes, from the frontiers that were kept and the leaves behind them. Never says whether it was signed. */
final class StoredTree {
  private final Database store;
  private final WorkspaceId workspace;

  StoredTree(Database store, WorkspaceId workspace) {
    this.store = store;
    this.workspace = workspace;
  }

  /** The tree of the first events, from the nearest checkpoint on. */
  MerkleTree at(long size) {
    CheckpointStore.Kept kept = store.<CheckpointStore.@Nullable Kept>inWorkspace(workspace,
        tx -> CheckpointStore.largestUpTo(tx, size));
    MerkleTree tree = kept == null ? MerkleTree.empty() : kept.tree();
    return grown(tree, tree.size(), size);
  }

  /** The proof of RFC 6962 section 2.1.2 that the first events are the beginning of the second. */
  List<Hash> consistency(long first, long second) {
    MerkleTree begun = at(first);
    List<Hash> proof = new ArrayList<>();
    for (Proofs.Range range : Proofs.consistency(first, second)) {
      byte[] known = begun.subtree(range);
      proof.add(Hash.of(known == null ? grown(MerkleTree.empty(), range.from(), range.to()).root() : known));
    }
    return List.copyOf(proof);
  }

  private MerkleTree grown(MerkleTree tree, long first, long end) {
    store.run(workspace, tx -> CheckpointStore.grow(tx, tree, first, end));
    return tree;
  }
}
