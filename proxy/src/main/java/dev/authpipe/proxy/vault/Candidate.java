package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;

/**
 * A received answer that lost the compare-and-set, still sealed: a received refresh token is never thrown away. Only
 * {@link CredentialVault#openCandidate} reads the sealed bytes.
 */
public final class Candidate {
  private final CredentialPlace place;
  private final byte[] sealed;
  private final Instant createdAt;
  private final @Nullable Instant usedAt;

  Candidate(CredentialPlace place, byte[] sealed, Instant createdAt, @Nullable Instant usedAt) {
    this.place = place;
    this.sealed = sealed;
    this.createdAt = createdAt;
    this.usedAt = usedAt;
  }

  CredentialPlace place() {
    return place;
  }

  byte[] sealed() {
    return sealed;
  }

  /** Whose answer. */
  public ConnectionId connection() {
    return place.connection();
  }

  /** The attempt that received it. */
  public UUID attempt() {
    UUID attempt = place.attempt();
    if (attempt == null) {
      throw new IllegalStateException("a candidate has an attempt");
    }
    return attempt;
  }

  /** The generation whose refresh token was spent for it. */
  public long baseGeneration() {
    return place.generation();
  }

  /** When it was received. */
  public Instant createdAt() {
    return createdAt;
  }

  /** When it was tried, or null. */
  public @Nullable Instant usedAt() {
    return usedAt;
  }
}
