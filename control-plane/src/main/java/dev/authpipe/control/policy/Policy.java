package dev.authpipe.control.policy;

import org.jspecify.annotations.Nullable;

/**
 * Rules of a whole workspace.
 *
 * @param retentionDays for how many days proxies keep the shell of a disconnected connection, 0 to 30
 * @param strictAudit   whether proxies record reads and calls before they happen
 * @param connectOrigin where end users reach the proxy, for instructions only: it is sent to no proxy; null: not told
 * @param version       counts its changes; 0: never changed
 */
public record Policy(int retentionDays, boolean strictAudit, @Nullable String connectOrigin, long version) {
  /** The rules of a workspace that changed none. */
  static final Policy USUAL = new Policy(30, false, null, 0);
}
