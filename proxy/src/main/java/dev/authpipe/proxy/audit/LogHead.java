package dev.authpipe.proxy.audit;

import dev.authpipe.wire.WorkspaceId;

/** Size, epoch and root of one log of a store. A class, for records compare arrays by identity. */
public final class LogHead {
  private final WorkspaceId workspace;
  private final int epoch;
  private final long size;
  private final byte[] root;

  LogHead(WorkspaceId workspace, int epoch, long size, byte[] root) {
    this.workspace = workspace;
    this.epoch = epoch;
    this.size = size;
    this.root = root.clone();
  }

  /** Whose log; the nil id: the store's own. */
  public WorkspaceId workspace() {
    return workspace;
  }

  /** How often the store was restored. */
  public int epoch() {
    return epoch;
  }

  /** How many events. */
  public long size() {
    return size;
  }

  /** The root of the tree, 32 bytes. */
  public byte[] root() {
    return root.clone();
  }
}
