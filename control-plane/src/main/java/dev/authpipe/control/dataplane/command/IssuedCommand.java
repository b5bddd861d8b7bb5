package dev.authpipe.control.dataplane.command;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.DataPlaneId;

/**
 * A command to one data plane and what became of it.
 *
 * @param id          its id
 * @param plane       to whom
 * @param seq         its number there
 * @param kind        what
 * @param target      to what; empty: the whole workspace
 * @param issuedAt    since when
 * @param expiresAt   until when it may be carried out
 * @param status      issued, waiting, done, refused, expired or failed
 * @param reason      a registered code of the proxy
 * @param connections how many connections it reached
 * @param answeredAt  when the proxy last told
 */
record IssuedCommand(CommandId id, DataPlaneId plane, long seq, String kind, String target, Instant issuedAt, Instant expiresAt,
    String status, @Nullable String reason, @Nullable Long connections, @Nullable Instant answeredAt) {}
