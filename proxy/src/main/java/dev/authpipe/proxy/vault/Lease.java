package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.UUID;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The right to change a connection's credential for a short time. Holds only while its fence is the row's; must be checked in the transaction
 * that writes.
 *
 * @param workspace  the isolation boundary
 * @param connection which connection
 * @param fence      only rises; a later claim has a higher one
 * @param owner      who claimed, for people who look
 * @param attempt    id of the trip that it was claimed for
 * @param until      when it lapses by the database's clock
 */
public record Lease(WorkspaceId workspace, ConnectionId connection, long fence, String owner, UUID attempt, Instant until) {}
