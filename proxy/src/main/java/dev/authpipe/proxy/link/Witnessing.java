package dev.authpipe.proxy.link;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.SignedLogs;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.CheckpointAnswer;
import dev.authpipe.wire.CheckpointBatch;

/**
 * Says which checkpoints the control plane has not witnessed, and takes its answers (docs/link-format.md). What it remembers is only what saves
 * requests: after a start every log is shown again. A witness that refuses is told of and never holds anything up. For one thread.
 */
@Singleton
final class Witnessing {
  private static final Logger LOG = LoggerFactory.getLogger(Witnessing.class);
  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMinutes(10);
  private static final int BODY = 900 * 1024;

  private final SignedLogs logs;
  private final VaultDatabase vault;
  private final AuditLog audit;
  private final Clock clock;
  private final Set<SignedLogs.Log> due = new LinkedHashSet<>();
  private final Map<SignedLogs.Log, Known> known = new HashMap<>();
  private final Map<SignedLogs.Log, Instant> refused = new ConcurrentHashMap<>(); // the gauge reads it
  private @Nullable Instant since;

  /** What the witness has, as far as is known. */
  private record Known(int epoch, long size) {}

  /** A batch, and which log each of its checkpoints is of. */
  record Batch(CheckpointBatch document, List<SignedLogs.Log> logs) {}

  Witnessing(SignedLogs logs, VaultDatabase vault, AuditLog audit, Clock clock, MeterRegistry metrics) {
    this.logs = logs;
    this.vault = vault;
    this.audit = audit;
    this.clock = clock;
    metrics.gaugeMapSize("authpipe.link.refused.checkpoints", List.of(), refused);
  }

  /** Forgets what another control plane, or another enrolment, had. */
  void begin() {
    due.clear();
    known.clear();
    refused.clear();
    since = null;
  }

  /** What is to be sent now; null: nothing. */
  @Nullable
  Batch batch() {
    SignedLogs.Grown grown = logs.grown(since);
    due.addAll(grown.logs());
    since = grown.until();
    List<CheckpointBatch.Sent> checkpoints = new ArrayList<>();
    List<SignedLogs.Log> sent = new ArrayList<>();
    int body = 0;
    for (Iterator<SignedLogs.Log> each = due.iterator(); each.hasNext() && sent.size() < CheckpointBatch.MOST && body < BODY;) {
      SignedLogs.Log log = each.next();
      if (refused.getOrDefault(log, Instant.MIN).isAfter(clock.instant())) {
        continue;
      }
      SignedLogs.Newest newest = logs.newest(log).orElse(null);
      if (newest == null || new Known(newest.epoch(), newest.size()).equals(known.get(log))) {
        each.remove();
      } else {
        CheckpointBatch.Sent one = sent(log, newest);
        body += one.note().length() + 68 * one.proof().size() + 200;
        checkpoints.add(one);
        sent.add(log);
      }
    }
    return sent.isEmpty() ? null : new Batch(new CheckpointBatch(1, checkpoints), sent);
  }

  private CheckpointBatch.Sent sent(SignedLogs.Log log, SignedLogs.Newest newest) {
    Known last = known.getOrDefault(log, new Known(newest.epoch(), 0));
    long from = last.epoch == newest.epoch() ? last.size : 0;
    return new CheckpointBatch.Sent(newest.origin(), newest.note(), from,
        logs.proof(log, from, newest.size()));
  }

  /**
   * Takes what the witness made of a batch.
   *
   * @throws IllegalArgumentException if it is not about that batch
   */
  void answered(Batch batch, CheckpointAnswer answer) {
    if (answer.results().size() != batch.logs.size()) {
      throw new IllegalArgumentException("an answer to other checkpoints");
    }
    for (int i = 0; i < batch.logs.size(); i++) {
      SignedLogs.Log log = batch.logs.get(i);
      CheckpointAnswer.Result result = answer.results().get(i);
      switch (result.status()) {
        case TAKEN -> {
          known.put(log, new Known(result.epoch(), result.size()));
          due.remove(log);
          refused.remove(log);
        }
        case BEHIND -> known.put(log, new Known(result.epoch(), result.size()));
        case FORK -> refuse(log, batch.document.checkpoints().get(i).origin(), "fork");
        case REFUSED -> refuse(log, batch.document.checkpoints().get(i).origin(), "not_witnessed");
      }
    }
  }

  /** Each time in the log, once per trouble as an event. */
  private void refuse(SignedLogs.Log log, String origin, String reason) {
    LOG.error("the control plane did not witness a checkpoint of {}: {}", origin, reason);
    if (refused.put(log, clock.instant().plus(PAUSE_AFTER_REFUSAL)) == null) {
      vault.run(Database.STORE, tx -> audit.append(tx,
          AuditEntry.of(AuditType.CHECKPOINT_REFUSED, AuditActor.system("link"), AuditObject.workspace(log.workspace()))
              .outcome(AuditOutcome.REFUSED).reason(reason)
              .detail(AuditDetail.LOG, log.which().name().toLowerCase(Locale.ROOT)).build()));
    }
  }
}
