package dev.authpipe.proxy.caller;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.TimeMeter;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.NotifiedCache;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WorkspaceId;

/**
 * API keys kept in memory as long as PostgreSQL confirms them (S31), with what was used of their limits. A row whose MAC does not hold is
 * remembered as refused and told to the audit log. Must never keep a key, only its keyed hash.
 */
@Singleton
final class KnownKeys implements AutoCloseable {
  private static final java.time.Duration WRITE_EVERY = java.time.Duration.ofSeconds(1);

  private final VaultDatabase vault;
  private final DeploymentKeys keys;
  private final AuditLog audit;
  private final Clock clock;
  private final Configuration configuration;
  private final TimeMeter time;
  private final NotifiedCache<KnownKey> rows;
  /** An id never moves to another workspace; the row itself is read in that workspace and checked. */
  private final Cache<UUID, WorkspaceId> workspaces;
  /** As many as there are API keys that were ever good. */
  private final Map<RowKey, KeyMeter> meters = new ConcurrentHashMap<>();
  private final WriteBehind writer = new WriteBehind("api-key-usage", WRITE_EVERY, this::writeUsage);

  KnownKeys(VaultDatabase vault, DeploymentKeys keys, AuditLog audit, Notifications notifications, Clock clock, Ticker ticker,
      CallerSettings settings, Configuration configuration) {
    this.configuration = configuration;
    this.vault = vault;
    this.keys = keys;
    this.audit = audit;
    this.clock = clock;
    this.time = timeMeter(ticker);
    this.rows = new NotifiedCache<>(StoredKey.KIND, settings.keysMost(), settings.staleLimit(), notifications, ticker,
        this::load);
    this.workspaces = Caffeine.newBuilder().maximumSize(settings.keysMost()).build();
  }

  @PostConstruct
  void start() {
    writer.start();
  }

  /** The key if it is in memory and confirmed, else null; never blocks. */
  @Nullable
  KnownKey warm(UUID id) {
    WorkspaceId workspace = workspaces.getIfPresent(id);
    return workspace == null ? null : current(rows.warm(new RowKey(workspace, id)), id);
  }

  /** Null for a key that was remembered under another rule than the one in force. */
  private @Nullable KnownKey current(@Nullable KnownKey known, UUID id) {
    return known == null || known.isUnder(configuration.keyRule(new ApiKeyId(id))) ? known : null;
  }

  /** The key, read if needed; null when there is none. */
  @Nullable
  KnownKey get(UUID id) {
    WorkspaceId workspace = workspaces.getIfPresent(id);
    if (workspace == null) {
      workspace = vault.findAnywhere(dsl -> ApiKeyStore.workspaceOf(dsl, id)).orElse(null);
      if (workspace == null) {
        return null;
      }
      workspaces.put(id, workspace);
    }
    RowKey key = new RowKey(workspace, id);
    KnownKey known = rows.get(key);
    if (known != null && current(known, id) == null) {
      rows.drop(key);
      known = rows.get(key);
    }
    if (known == null) {
      workspaces.invalidate(id);
    }
    return known;
  }

  /** Forgets a key that this replica just changed. */
  void drop(RowKey key) {
    rows.drop(key);
  }

  @Nullable
  KeyMeter meter(RowKey key) {
    return meters.get(key);
  }

  /** Writes the counted calls of keys with a month limit and learns what other replicas counted. */
  void writeUsage() {
    Map<WorkspaceId, List<RowKey>> byWorkspace = meters.keySet().stream().filter(key -> month(key) != null)
        .collect(Collectors.groupingBy(RowKey::workspace));
    byWorkspace.forEach((workspace, ofWorkspace) -> ofWorkspace.stream()
        .sorted(Comparator.comparing(RowKey::id)).forEach(this::writeUsage));
  }

  private void writeUsage(RowKey key) {
    MonthMeter meter = month(key);
    MonthMeter.Owed owed = meter == null ? null : meter.owed();
    while (meter != null && owed != null) {
      MonthMeter.Owed now = owed;
      meter.written(now, vault.inWorkspace(key.workspace(), tx -> ApiKeyStore.addCalls(tx, key.id(), now.month(), now.calls())));
      MonthMeter.Owed next = meter.owed();
      owed = next != null && next.month().equals(now.month()) ? null : next; // what came meanwhile is for the next round
    }
  }

  private @Nullable MonthMeter month(RowKey key) {
    KeyMeter meter = meters.get(key);
    return meter == null ? null : meter.month();
  }

  private @Nullable KnownKey load(RowKey key) {
    return vault.<@Nullable KnownKey>inWorkspace(key.workspace(), tx -> {
      ApiKeyStore.Found found = ApiKeyStore.find(tx, key.id());
      return found == null ? null : known(tx, key, found);
    });
  }

  private KnownKey known(Tx tx, RowKey key, ApiKeyStore.Found found) {
    StoredKey stored = found.key();
    boolean intact = stored.holds(keys, found.mac().bytes());
    if (!intact) {
      audit.append(tx, AuditEntry.of(AuditType.API_KEY_REFUSED, AuditActor.system("caller"), AuditObject.apiKey(stored.id()))
          .outcome(AuditOutcome.REFUSED).reason("integrity_error").detail(AuditDetail.RECORD, StoredKey.KIND).build());
    }
    Feed.ApiKey rule = configuration.keyRule(stored.id());
    StoredKey left = rule == null ? stored : stored.under(rule);
    Instant now = clock.instant();
    KeyMeter meter = intact ? meterFor(key, left, now) : new KeyMeter(null, null, time, now);
    MonthMeter month = meter.month();
    if (month != null) {
      LocalDate thisMonth = MonthMeter.monthOf(now);
      month.know(thisMonth, ApiKeyStore.calls(tx, key.id(), thisMonth));
    }
    return new KnownKey(left, intact, meter, rule);
  }

  private KeyMeter meterFor(RowKey key, StoredKey stored, Instant now) {
    KeyMeter meter = meters.compute(key,
        (_, present) -> present != null && present.isFor(stored.callsPerMinute(), stored.callsPerMonth())
            ? present
            : new KeyMeter(stored.callsPerMinute(), stored.callsPerMonth(), time, now));
    return java.util.Objects.requireNonNull(meter);
  }

  private static TimeMeter timeMeter(Ticker ticker) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return ticker.read();
      }

      @Override
      public boolean isWallClockBased() {
        return false;
      }
    };
  }

  /** Writes what is counted and stops. */
  @Override
  @PreDestroy
  public void close() {
    writer.close();
  }
}
