package dev.authpipe.control.dataplane;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A data plane as members see it.
 *
 * @param id               {@code dpl_…}
 * @param name             how people call it
 * @param state            {@code created} (not enrolled yet), {@code online}, {@code silent} (no heartbeat for a minute) or {@code revoked}
 * @param regions          the regions that it may serve
 * @param home             whether this workspace administers it
 * @param serving          whether it serves this workspace
 * @param createdAt        when it was made
 * @param enrolledAt       since when it has an identity
 * @param revokedAt        since when it is refused
 * @param feedVersion      version of the configuration it is to have
 * @param appliedVersion   version it said it has
 * @param lastSeenAt       when it last said how it is
 * @param software         what it runs
 * @param waitingChanges   changes that wait for the approval of its operator
 * @param outbox           reports that it still owes
 * @param lost             reports that it dropped, as it counts them
 * @param trust            {@code none}, or {@code everything}: its operator approves no change
 * @param servedRegions    the regions that it serves by its own settings
 */
@Introspected
@Schema(name = "DataPlane")
record DataPlaneView(String id, String name, String state, List<String> regions, boolean home, boolean serving, Instant createdAt,
    @Nullable Instant enrolledAt, @Nullable Instant revokedAt, long feedVersion, @Nullable Long appliedVersion,
    @Nullable Instant lastSeenAt, @Nullable String software, @Nullable Long waitingChanges, @Nullable Long outbox,
    @Nullable Long lost, @Nullable String trust, @Nullable List<String> servedRegions) {
  private static final Duration SILENT = Duration.ofMinutes(1);

  static DataPlaneView of(DataPlane plane, boolean home, boolean serving, Instant now) {
    DataPlane.LastSeen seen = plane.lastSeen();
    return new DataPlaneView(plane.id().toString(), plane.name(), state(plane, now), plane.regions(), home, serving,
        plane.createdAt(), plane.enrolledAt(), plane.revokedAt(), plane.feedVersion(),
        seen == null ? null : seen.appliedVersion(),
        seen == null ? null : seen.at(), seen == null ? null : seen.software(), seen == null ? null : seen.waitingChanges(),
        seen == null ? null : seen.outbox(), seen == null ? null : seen.lost(), seen == null ? null : seen.trust(),
        seen == null ? null : seen.regions());
  }

  private static String state(DataPlane plane, Instant now) {
    if (plane.revokedAt() != null) {
      return "revoked";
    }
    if (plane.enrolledAt() == null) {
      return "created";
    }
    DataPlane.LastSeen seen = plane.lastSeen();
    return seen != null && seen.at().plus(SILENT).isAfter(now) ? "online" : "silent";
  }
}
