package dev.authpipe.control.dataplane.command;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A command as members see it.
 *
 * @param id          {@code cmd_…}
 * @param dataPlaneId to whom
 * @param sequence    its number there
 * @param kind        what
 * @param target      to what; empty: the whole workspace
 * @param status      {@code issued}, {@code waiting} (for the proxy's operator), {@code done}, {@code refused}, {@code expired} or
 *                    {@code failed}
 * @param reason      the proxy's reason
 * @param connections how many connections it reached
 * @param issuedAt    since when
 * @param expiresAt   until when it may be carried out
 * @param answeredAt  when the proxy last told
 */
@Introspected
@Schema(name = "Command")
record CommandView(String id, String dataPlaneId, long sequence, String kind, String target, String status,
    @Nullable String reason,
    @Nullable Long connections, Instant issuedAt, Instant expiresAt, @Nullable Instant answeredAt) {

  static CommandView of(IssuedCommand command, Instant now) {
    boolean over = command.status().equals("issued") && now.isAfter(command.expiresAt());
    return new CommandView(command.id().toString(), command.plane().toString(), command.seq(), command.kind(), command.target(),
        over ? "expired" : command.status(), command.reason(), command.connections(), command.issuedAt(), command.expiresAt(),
        command.answeredAt());
  }
}
