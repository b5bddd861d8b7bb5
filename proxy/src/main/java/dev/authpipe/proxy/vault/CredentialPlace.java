package dev.authpipe.proxy.vault;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** The row that a sealed credential belongs to; names nothing secret. */
record CredentialPlace(WorkspaceId workspace, ConnectionId connection, IntegrationId integration, String provider,
    long generation,
    @Nullable UUID attempt) {

  RecordContext context() {
    return new RecordContext(workspace, attempt == null ? RecordKind.CREDENTIAL : RecordKind.CANDIDATE, connection.value(),
        integration,
        provider, generation, attempt == null ? "" : attempt.toString());
  }
}
