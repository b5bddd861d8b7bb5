package dev.authpipe.control.workspace;

import java.util.UUID;

import dev.authpipe.control.db.Tx;

/** What else comes into being with a workspace, in the transaction of its creation; the room {@code member} makes its first owner this way. */
@FunctionalInterface
public interface WorkspaceFounding {
  /**
   * Completes a workspace.
   *
   * @param tx     bound to the new workspace
   * @param person random id of who asked for it
   */
  void found(Tx tx, UUID person);
}
