package dev.authpipe.proxy.vault;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The sealed credential of a connection joined with what names its place: the one cached row of the hot path. The plain columns steer
 * scheduling only; must never be mutated, and nothing but {@link CredentialVault} may read the sealed bytes.
 */
public final class CredentialRow {
  private final WorkspaceId workspace;
  private final ConnectionId connection;
  private final IntegrationId integration;
  private final String provider;
  private final long generation;
  private final byte @Nullable [] sealed;
  private final @Nullable Instant accessExpiresAt;
  private final @Nullable Instant refreshExpiresAt;
  private final @Nullable Instant secretExpiresAt;
  private final Instant issuedAt;
  private final CredentialState state;
  private final ConnectionStatus status;

  CredentialRow(WorkspaceId workspace, ConnectionId connection, IntegrationId integration, String provider, long generation,
      byte @Nullable [] sealed, @Nullable Instant accessExpiresAt, @Nullable Instant refreshExpiresAt,
      @Nullable Instant secretExpiresAt, Instant issuedAt, CredentialState state, ConnectionStatus status) {
    this.workspace = workspace;
    this.connection = connection;
    this.integration = integration;
    this.provider = provider;
    this.generation = generation;
    this.sealed = sealed;
    this.accessExpiresAt = accessExpiresAt;
    this.refreshExpiresAt = refreshExpiresAt;
    this.secretExpiresAt = secretExpiresAt;
    this.issuedAt = issuedAt;
    this.state = state;
    this.status = status;
  }

  /** The isolation boundary. */
  public WorkspaceId workspace() {
    return workspace;
  }

  /** Whose credential. */
  public ConnectionId connection() {
    return connection;
  }

  /** Through which integration. */
  public IntegrationId integration() {
    return integration;
  }

  /** The provider's slug. */
  public String provider() {
    return provider;
  }

  /** Counter of the credential's value; 1 at first. */
  public long generation() {
    return generation;
  }

  /** Whether there is ciphertext; false once erased. */
  public boolean hasCiphertext() {
    return sealed != null;
  }

  byte @Nullable [] sealed() {
    return sealed;
  }

  /** When the access token ends, or null if the provider does not say. For scheduling; the sealed bytes hold the truth. */
  public @Nullable Instant accessExpiresAt() {
    return accessExpiresAt;
  }

  /** When the refresh token ends, or null. */
  public @Nullable Instant refreshExpiresAt() {
    return refreshExpiresAt;
  }

  /** When a key, a bearer token or a password ends by itself, as whoever brought it said, or null. For reminders only. */
  public @Nullable Instant secretExpiresAt() {
    return secretExpiresAt;
  }

  /** When this generation was issued, for its lifetime. */
  public Instant issuedAt() {
    return issuedAt;
  }

  /** What is known about its use at the provider. */
  public CredentialState state() {
    return state;
  }

  /** Whether the connection may be used. */
  public ConnectionStatus status() {
    return status;
  }
}
