package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Tx;

/**
 * Counts sign-ins as nobody we know and records them once a minute at most, with the next refusal or upkeep, so that strangers cannot flood
 * the log (S40). Counts of the last minutes are lost with the process.
 */
@Singleton
final class StrangerRefusals {
  private final AuditLog audit;
  private final Clock clock;
  private long calls;
  private Instant recorded = Instant.EPOCH;

  StrangerRefusals(AuditLog audit, Clock clock) {
    this.audit = audit;
    this.clock = clock;
  }

  /** Counts one. */
  synchronized void refused(Tx plane) {
    calls++;
    record(plane);
  }

  /** Records what is owed, if there was nothing in this minute yet. */
  synchronized void record(Tx plane) {
    Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    if (calls > 0 && minute.isAfter(recorded)) {
      audit.append(plane, AuditEntry.of(AuditType.STRANGER_REFUSED, AuditActor.stranger(), AuditObject.configuration("sign-in"))
          .detail(AuditDetail.CALLS, calls).outcome(AuditOutcome.REFUSED).reason("sign_in_failed").build());
      calls = 0;
      recorded = minute;
    }
  }
}
