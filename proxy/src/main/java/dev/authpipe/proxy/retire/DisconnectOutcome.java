package dev.authpipe.proxy.retire;

/** What disconnecting ended in. Repeating it is harmless. */
public sealed interface DisconnectOutcome {
  /** No such connection in this workspace. */
  record UnknownConnection() implements DisconnectOutcome {}

  /**
   * The connection can no longer be used here.
   *
   * @param revocation what is known of the provider's side so far
   * @param purged     whether the shell is gone too
   */
  record Disconnected(RevocationState revocation, boolean purged) implements DisconnectOutcome {}
}
