package dev.authpipe.proxy.connect;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * On whose behalf a flow is brought to its end.
 *
 * @param connection the id that a new connection gets
 * @param hash       of the finish request that was accepted
 * @param requestId  null: it goes on after an interruption
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record Finisher(WorkspaceId workspace, AuditActor actor, ConnectionId connection, byte[] hash, @Nullable String requestId) {}
