package dev.authpipe.proxy.report;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.WorkspaceId;

/**
 * Adds up what the audit log's own batches count, by key and integration, and writes one report a window: a warm call costs nothing here.
 * What a crash leaves uncounted is at most a window.
 */
@Singleton
final class UsageMeter implements AutoCloseable {
  private static final ApiKeyId NOBODY = new ApiKeyId(new java.util.UUID(0, 0));

  private record Key(WorkspaceId workspace, IntegrationId integration, ApiKeyId key) {}

  private static final class Counts {
    private long calls;
    private long tokenReads;
    private long refused;
    private long failed;
    private long providerErrors;
    private long refreshes;

    void add(AuditEntry entry, long count) {
      if (entry.type() == AuditType.REFRESH_SUCCEEDED) {
        refreshes += count;
      } else if (entry.outcome() == AuditOutcome.REFUSED) {
        refused += count;
      } else if (entry.outcome() == AuditOutcome.SUCCESS && entry.type() == AuditType.CREDENTIAL_READ) {
        tokenReads += count;
      } else if (entry.outcome() == AuditOutcome.SUCCESS) {
        calls += count;
      } else if (isProviders(entry.reason())) {
        providerErrors += count;
      } else {
        failed += count;
      }
    }

    Counts plus(Counts other) {
      calls += other.calls;
      tokenReads += other.tokenReads;
      refused += other.refused;
      failed += other.failed;
      providerErrors += other.providerErrors;
      refreshes += other.refreshes;
      return this;
    }

    private static boolean isProviders(@Nullable String reason) {
      return reason != null && reason.startsWith("provider_");
    }
  }

  private final VaultDatabase vault;
  private final Connections connections;
  private final boolean linked;
  private final Clock clock;
  private final Cache<ConnectionId, IntegrationId> integrations = Caffeine.newBuilder().maximumSize(10_000).build();
  private final WriteBehind writer;
  private Map<Key, Counts> counts = new HashMap<>();
  private Instant since;

  UsageMeter(VaultDatabase vault, Connections connections, OutboxSettings settings, LinkSettings link, Clock clock) {
    this.vault = vault;
    this.connections = connections;
    this.linked = link.url() != null;
    this.clock = clock;
    this.since = now();
    this.writer = new WriteBehind("usage-reports", settings.window(), this::write);
  }

  @PostConstruct
  void start() {
    if (linked) {
      writer.start();
    }
  }

  /** To which integration the connections belong whose use these entries tell of: by one statement, however many are not remembered. */
  Map<ConnectionId, IntegrationId> known(Tx tx, List<AuditEntry> entries) {
    Map<ConnectionId, IntegrationId> known = new HashMap<>();
    Set<ConnectionId> unknown = new HashSet<>();
    for (AuditEntry entry : entries) {
      if (isUse(entry)) {
        ConnectionId connection = ConnectionId.parse(entry.object().id());
        IntegrationId remembered = integrations.getIfPresent(connection);
        if (remembered == null) {
          unknown.add(connection);
        } else {
          known.put(connection, remembered);
        }
      }
    }
    if (!unknown.isEmpty()) {
      Map<ConnectionId, IntegrationId> read = connections.integrations(tx, unknown);
      integrations.putAll(read);
      known.putAll(read);
    }
    return known;
  }

  private static boolean isUse(AuditEntry entry) {
    return entry.type() == AuditType.CREDENTIAL_READ || entry.type() == AuditType.CREDENTIAL_CALLED
        || entry.type() == AuditType.REFRESH_SUCCEEDED;
  }

  /** Counts an entry once its transaction has committed; false when it is no use of anything. */
  boolean count(Tx tx, AuditEntry entry, Map<ConnectionId, IntegrationId> known) {
    if (!isUse(entry)) {
      return false;
    }
    IntegrationId integration = known.get(ConnectionId.parse(entry.object().id()));
    if (integration != null) {
      AuditActor actor = entry.actor();
      ApiKeyId key = actor.kind() == AuditActor.Kind.API_KEY ? ApiKeyId.parse(actor.id()) : NOBODY;
      long calls = entry.detail().get(AuditDetail.CALLS) instanceof Long several ? several : 1;
      Key counted = new Key(tx.workspace(), integration, key);
      tx.afterCommit(() -> add(counted, entry, calls));
    }
    return true;
  }

  private synchronized void add(Key key, AuditEntry entry, long calls) {
    counts.computeIfAbsent(key, _ -> new Counts()).add(entry, calls);
  }

  /** Writes the window that ends now. */
  void write() {
    Map<Key, Counts> window;
    Instant start;
    Instant end = now();
    synchronized (this) {
      window = counts;
      start = since;
      counts = new HashMap<>();
      since = end;
    }
    int seconds = (int) Math.max(1, ChronoUnit.SECONDS.between(start, end));
    Map<WorkspaceId, List<Report.Usage>> reports = window.entrySet().stream().map(one -> {
      Counts c = one.getValue();
      return new Report.Usage(end, one.getKey().workspace, one.getKey().integration, one.getKey().key, start, seconds, c.calls,
          c.tokenReads, c.refused, c.failed, c.providerErrors, c.refreshes);
    }).collect(Collectors.groupingBy(Report.Usage::workspace));
    reports.forEach((workspace, ofWorkspace) -> write(workspace, ofWorkspace, window));
  }

  private void write(WorkspaceId workspace, List<Report.Usage> reports, Map<Key, Counts> window) {
    try {
      vault.run(workspace, tx -> OutboxStore.add(tx, List.copyOf(reports)));
    } catch (StoreUnavailableException later) {
      synchronized (this) { // counted with the next window
        window.forEach((key, count) -> {
          if (key.workspace.equals(workspace)) {
            counts.merge(key, count, Counts::plus);
          }
        });
      }
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Writes what is counted and stops. */
  @Override
  @PreDestroy
  public void close() {
    writer.close();
  }
}
