package dev.authpipe.control.dataplane.report;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.DataPlaneId;

/**
 * How scheduled work of a proxy ended, as far as it was reported: proxies report failures only.
 *
 * @param plane      which data plane
 * @param job        which work
 * @param status     {@code failed} or {@code done}
 * @param reason     registered code; null: none
 * @param reportedAt when that was reported
 */
record ReportedJob(DataPlaneId plane, String job, String status, @Nullable String reason, Instant reportedAt) {}
