package dev.authpipe.control.policy;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.WorkspaceAccess;

/** A room where the name of the application stands, too. Must never rename what somebody called otherwise. */
@FunctionalInterface
public interface ApplicationNames {
  /**
   * Follows the branding.
   *
   * @param before what it was called
   * @param after  what it is called now
   */
  void renamed(Tx tx, WorkspaceAccess access, String requestId, String before, String after);
}
