package dev.authpipe.proxy.retire;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One revocation owed to a provider. The tokens stay sealed.
 *
 * @param connection  whose credential it was; null: of no connection
 * @param account     the random id of the provider account; null: unknown
 * @param erasure     the erasure that waits for it; null: none
 * @param taken       whether the ciphertext has been moved here; before that it still stands with the disconnected connection
 * @param tries       how often it was tried, this time included
 */
record Revocation(WorkspaceId workspace, UUID id, @Nullable ConnectionId connection, IntegrationId integration, String provider,
    @Nullable UUID account, @Nullable UUID erasure, RevocationReason reason, RevocationState state, boolean taken, int tries,
    Instant createdAt) {

  /** Where its sealed record belongs. */
  RecordContext context() {
    return context(workspace, id, integration, provider);
  }

  static RecordContext context(WorkspaceId workspace, UUID id, IntegrationId integration, String provider) {
    return new RecordContext(workspace, RecordKind.REVOCATION, id, integration, provider, 0, "");
  }
}
