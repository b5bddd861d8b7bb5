package dev.authpipe.proxy.envelope;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * Told when a KEK begins to refuse a workspace or works for it again: to cut streams under way, to write the event. Called on a virtual
 * thread after the keyset is evicted; must be short and must not throw.
 */
public interface KeyEvents {
  /**
   * The KEK began to refuse.
   *
   * @param workspace the workspace, or null for the deployment's own keys
   */
  void refused(@Nullable WorkspaceId workspace, String kekName, KekRefusedException.Reason reason);

  /**
   * The KEK works again.
   *
   * @param workspace the workspace, or null for the deployment's own keys
   */
  void recovered(@Nullable WorkspaceId workspace, String kekName);
}
