package dev.authpipe.sdk.incident;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.IncidentId;

/**
 * How far an incident is. Names nobody.
 *
 * @param id          its id
 * @param kind        what it does
 * @param status      how far it has come
 * @param integration the id of the integration it is for; null: all of the workspace
 * @param collecting  whether connections are still being taken up, so that their number is not final
 * @param connections how many were taken up; when they are to be revoked, these are blocked
 * @param done        how many of them have come to an end
 * @param outcomes    how many are where, by outcome
 * @param requestedAt when it was asked for
 * @param completedAt when the last connection had come to an end; null until then
 * @param reportParts how many signed documents tell of it
 */
public record Incident(IncidentId id, IncidentKind kind, IncidentStatus status, @Nullable String integration, boolean collecting,
    long connections, long done, Map<String, Long> outcomes, Instant requestedAt, @Nullable Instant completedAt,
    long reportParts) {

  /** Copies. */
  public Incident {
    outcomes = Map.copyOf(outcomes);
  }
}
