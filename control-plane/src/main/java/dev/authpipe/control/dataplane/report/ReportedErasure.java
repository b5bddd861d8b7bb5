package dev.authpipe.control.dataplane.report;

import java.time.Instant;

import dev.authpipe.wire.ErasureId;

/**
 * An erasure of a person at a proxy. Never whose.
 *
 * @param id          its random id
 * @param connections how many connections the person had
 * @param pending     how many revocations are still owed
 * @param reportedAt  when that was reported
 */
record ReportedErasure(ErasureId id, int connections, int pending, Instant reportedAt) {}
