package dev.authpipe.proxy.db;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * Places under one limit that no workspace fills alone (S36): each may hold as many as are free. So one that holds on to all it gets has half of them,
 * {@code n} such have an equal share of {@code n/(n + 1)}, and there is always room for one more. Never waits. Thread-safe.
 */
public final class FairShare {
  private final int most;
  private final Map<@Nullable WorkspaceId, Integer> held = new HashMap<>();
  private int taken;

  /** @param most places in all */
  public FairShare(int most) {
    this.most = most;
  }

  /**
   * Takes a place.
   *
   * @param workspace whose work it is for; null: it is not known yet, and all such share
   * @return false: there is none for this workspace now
   */
  public synchronized boolean take(@Nullable WorkspaceId workspace) {
    int own = held.getOrDefault(workspace, 0);
    if (own >= most - taken) {
      return false;
    }
    held.put(workspace, own + 1);
    taken++;
    return true;
  }

  /** Gives back a place that was taken. */
  public synchronized void release(@Nullable WorkspaceId workspace) {
    int own = held.getOrDefault(workspace, 0);
    if (own == 0) {
      throw new IllegalStateException("a place is given back that nobody took");
    }
    taken--;
    if (own == 1) {
      held.remove(workspace);
    } else {
      held.put(workspace, own - 1);
    }
  }
}
