package dev.authpipe.proxy.incident;

import java.time.Instant;
import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IncidentId;
import dev.authpipe.wire.IntegrationId;

/**
 * How far an incident is. Names nobody.
 *
 * @param integration only its connections; null: all of the workspace
 * @param collecting  whether connections are still being taken up (and, to be revoked, blocked): their number is not final
 * @param connections how many were taken up
 * @param done        how many of them have come to an end
 * @param outcomes    how many ended in what
 * @param completedAt when the last one had; null: it is under way
 * @param reportParts how many signed documents tell of it; 0 while it is under way
 */
public record IncidentView(IncidentId id, IncidentKind kind, @Nullable IntegrationId integration, boolean collecting,
    int connections, int done, SortedMap<String, Integer> outcomes, Instant requestedAt, @Nullable Instant completedAt,
    int reportParts) {

  /** The word for where it is: {@code running} or "completed". */
  public String status() {
    return completedAt == null ? "running" : "completed";
  }
}
