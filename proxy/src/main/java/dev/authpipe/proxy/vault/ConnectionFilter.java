package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/**
 * Which connections to list; null or empty narrows nothing.
 *
 * @param integration       of this integration
 * @param integrations      of one of these integrations (what the caller's key may see); empty: all
 * @param endUserIdentifier of the end user with this name
 * @param status            with this status
 * @param rotationDue       whose secret is to be rotated
 */
public record ConnectionFilter(@Nullable IntegrationId integration, Set<IntegrationId> integrations,
    @Nullable String endUserIdentifier, @Nullable ConnectionStatus status, @Nullable RotationDue rotationDue) {
  /** Copies. */
  public ConnectionFilter {
    integrations = Set.copyOf(integrations);
  }

  /** Without regard to rotation. */
  public ConnectionFilter(@Nullable IntegrationId integration, Set<IntegrationId> integrations,
      @Nullable String endUserIdentifier, @Nullable ConnectionStatus status) {
    this(integration, integrations, endUserIdentifier, status, null);
  }

  /**
   * When the secret of a live connection counts as to be rotated.
   *
   * @param setBy     by integration: secrets that were set until then; one that is not named here has no such rule
   * @param keys      integrations whose connections have secrets that nobody renews by themselves
   * @param expiresBy their secrets that end by themselves until then
   */
  public record RotationDue(Map<IntegrationId, Instant> setBy, Set<IntegrationId> keys, Instant expiresBy) {
    /** Copies. */
    public RotationDue {
      setBy = Map.copyOf(setBy);
      keys = Set.copyOf(keys);
    }
  }

  /** All connections of the workspace. */
  public static ConnectionFilter all() {
    return new ConnectionFilter(null, Set.of(), null, null);
  }
}
