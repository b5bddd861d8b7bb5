package dev.authpipe.proxy.envelope;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * Told when a KEK begins to refuse a workspace or works for it again, or when a stored keyset is not one of ours: to cut streams under way, to
 * write the event. Called on a virtual thread once the keyset is no longer used; must be short, must not block and must not throw.
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

  /**
   * A stored keyset is not what was written there; nothing of the store's is used. Told once, until all of them are as they should be.
   *
   * @param workspace the workspace, or null for the deployment's own keys
   * @param version   of the keyset
   */
  default void altered(@Nullable WorkspaceId workspace, int version) {}
}
