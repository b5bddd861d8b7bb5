package dev.authpipe.proxy.vault;

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
 */
public record ConnectionFilter(@Nullable IntegrationId integration, Set<IntegrationId> integrations,
    @Nullable String endUserIdentifier, @Nullable ConnectionStatus status) {
  /** Copies. */
  public ConnectionFilter {
    integrations = Set.copyOf(integrations);
  }

  /** All connections of the workspace. */
  public static ConnectionFilter all() {
    return new ConnectionFilter(null, Set.of(), null, null);
  }
}
