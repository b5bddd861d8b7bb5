package dev.authpipe.control.dataplane.report;

import java.time.Instant;

import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.DataPlaneId;

/**
 * How far a proxy is with a change of its feed. What the change says is known at the proxy only.
 *
 * @param id         made of what the change is
 * @param plane      which data plane
 * @param status     {@code waiting}, {@code applied}, {@code approved}, {@code refused} or {@code withdrawn}
 * @param reportedAt when that was reported
 */
record ReportedChange(ChangeId id, DataPlaneId plane, String status, Instant reportedAt) {}
