package dev.authpipe.proxy.report;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObserver;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.ReportBatch;
import dev.authpipe.wire.WorkspaceId;

/**
 * Reports owed to the control plane, each written in the transaction of the audited change that it tells of. Bounded: what does not fit is
 * dropped and counted, and never holds a change up. Empty where there is no control plane.
 */
@Singleton
@Requires(beans = OutboxSettings.class)
public final class Outbox implements AuditObserver {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int BATCH = 500;
  /** Every JSON reader holds it exactly, and what follows it for long (RFC 8785 section 3.2.2.3). */
  private static final long HIGHEST = (1L << 53) - 1_000_000;

  private final VaultDatabase vault;
  private final ReportWriter writer;
  private final UsageMeter usage;
  private final OutboxSettings settings;
  private final boolean linked;
  private final Clock clock;

  Outbox(VaultDatabase vault, ReportWriter writer, UsageMeter usage, OutboxSettings settings, LinkSettings link, Clock clock) {
    this.vault = vault;
    this.writer = writer;
    this.usage = usage;
    this.settings = settings;
    this.linked = link.url() != null;
    this.clock = clock;
  }

  private static final class Recorded {
    private final List<AuditEntry> entries = new ArrayList<>();
  }

  @Override
  public void recorded(Tx tx, AuditEntry entry) {
    if (!linked) {
      return;
    }
    Recorded recorded = tx.attachment(Recorded.class, _ -> new Recorded());
    if (recorded.entries.isEmpty()) {
      if (tx.store().equals("vault")) {
        tx.beforeCommit(() -> write(tx, recorded));
      } else {
        tx.afterCommit(() -> writeElsewhere(tx.workspace(), recorded)); // another database: right after, since it cannot be with it
      }
    }
    recorded.entries.add(entry);
  }

  private void write(Tx tx, Recorded recorded) {
    Instant now = now();
    List<Report> reports = new ArrayList<>(recorded.entries.size());
    Map<ConnectionId, IntegrationId> known = usage.known(tx, recorded.entries);
    for (AuditEntry entry : recorded.entries) {
      try {
        if (!usage.count(tx, entry, known)) {
          writer.write(tx, entry, now).ifPresent(reports::add);
        }
      } catch (IllegalArgumentException unfit) { // a name with a line end, say: the change itself must not fail for it
        OutboxStore.lost(tx, 1);
        LOG.warn("a report did not fit its schema and was dropped: {}", entry.type().word());
      }
    }
    OutboxStore.add(tx, reports);
  }

  private void writeElsewhere(WorkspaceId workspace, Recorded recorded) {
    try {
      vault.run(workspace, tx -> write(tx, recorded));
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("a report of the client-secrets store was lost");
    }
  }

  /** Adds a report to the transaction of what it tells of. */
  public void add(Tx tx, Report report) {
    OutboxStore.add(tx, List.of(report));
  }

  /** The oldest reports, numbered; null: nothing is owed. The same until they are acknowledged. */
  public @Nullable ReportBatch batch() {
    vault.cells().forEach(this::takeOver);
    List<OutboxStore.Row> rows = vault.inWorkspace(Database.STORE, this::oldest);
    return rows.isEmpty()
        ? null
        : new ReportBatch(1, rows.getFirst().number(), rows.stream().map(row -> LinkJson.report(row.report())).toList());
  }

  /** The oldest reports of a database, numbered. */
  private List<OutboxStore.Row> oldest(Tx tx) {
    long lost = OutboxStore.lockLost(tx);
    List<OutboxStore.Row> present = OutboxStore.numbered(tx, BATCH);
    if (present.isEmpty()) { // what has a number is not dropped any more: no more than one batch may have one
      if (lost > 0) {
        add(tx, new Report.Lost(now(), Database.STORE, lost));
        OutboxStore.told(tx, lost);
      }
      OutboxStore.number(tx, BATCH);
    }
    return OutboxStore.numbered(tx, BATCH);
  }

  /**
   * Takes the reports of a cell over into the first database's outbox, as the control plane takes reports from us: each number once, however often it
   * is shown.
   */
  private void takeOver(String cell) {
    try {
      List<OutboxStore.Row> rows = vault.at(cell, Database.STORE, this::oldest);
      if (!rows.isEmpty()) {
        long next = vault.inWorkspace(Database.STORE, tx -> OutboxStore.takeOver(tx, cell, rows));
        vault.at(cell, Database.STORE, tx -> {
          if (next > rows.getLast().number() + 1) { // the cell was restored or made anew, and counts from an earlier number
            OutboxStore.goOnFrom(tx, rows.getFirst().number(), next);
            return 0;
          }
          return OutboxStore.acknowledge(tx, next);
        });
      }
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("the cell {} does not answer; its reports wait there", cell);
    }
  }

  /**
   * The control plane has everything before this number of what was sent. One that wants another number has forgotten what it took, or took what
   * this store has forgotten, as after the restore of either: what is owed goes on from the number that it wants. False then.
   */
  public boolean acknowledge(ReportBatch sent, long next) {
    if (next > HIGHEST) {
      throw new IllegalArgumentException("a number that no outbox reaches");
    }
    boolean within = next >= sent.first() && next <= sent.first() + sent.reports().size();
    vault.run(Database.STORE, tx -> {
      if (within) {
        OutboxStore.acknowledge(tx, next);
      } else {
        OutboxStore.goOnFrom(tx, sent.first(), next);
      }
    });
    return within;
  }

  /** How many reports are owed. */
  public long size() {
    return vault.inReachable(place -> vault.at(place, Database.STORE, OutboxStore::size)).stream().mapToLong(Integer::longValue)
        .sum();
  }

  /** How many were dropped ever. */
  public long lost() {
    return vault.inReachable(place -> vault.at(place, Database.STORE, OutboxStore::lostEver)).stream().mapToLong(Long::longValue)
        .sum();
  }

  /** Drops what is beyond the bound and counts it. */
  public void trim() {
    vault.inReachable(place -> vault.at(place, Database.STORE, tx -> {
      int beyond = OutboxStore.size(tx) - settings.most();
      if (beyond > 0) {
        OutboxStore.lost(tx, OutboxStore.drop(tx, beyond));
        LOG.warn("the outbox is full; the oldest reports were dropped and are counted");
      }
      return beyond;
    }));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

}
