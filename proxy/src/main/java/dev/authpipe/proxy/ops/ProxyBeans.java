package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.backup.BackupSettings;
import dev.authpipe.proxy.caller.CallerSettings;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.CatalogSettings;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.EgressSettings;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.http.BlockingWork;
import dev.authpipe.proxy.http.Faults;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.http.ListenerTls;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.journal.JournalSettings;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.notify.NotifySettings;
import dev.authpipe.proxy.refresh.ScheduleSettings;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.proxy.retire.ErasureSettings;
import dev.authpipe.proxy.rotate.RotateSettings;
import dev.authpipe.proxy.vault.VaultSettings;

/**
 * Makes settings beans and what has no room of its own from the deployment's settings, in a context that has a deployment. Never decides a
 * default: the table does.
 */
@Factory
@Requires(beans = {SettingValues.class, ProxyOptions.class})
final class ProxyBeans {
  /** Properties by which a test gives values of these types. */
  static final String LINK_TIMES = "authpipe.link.times";
  static final String OUTBOX = "authpipe.link.outbox";
  static final String NOTIFY = "authpipe.notify.settings";

  private final SettingValues values;
  private final ProxyOptions options;
  private final @Nullable OpenKeks keks;

  ProxyBeans(SettingValues values, ProxyOptions options, @Nullable OpenKeks keks) {
    this.values = values;
    this.options = options;
    this.keks = keks;
  }

  @Singleton
  Clock clock() {
    return options.clock() == null ? Clock.systemUTC() : options.clock();
  }

  @Singleton
  Ticker ticker() {
    return options.ticker() == null ? Ticker.systemTicker() : options.ticker();
  }

  @Singleton
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean(preDestroy = "close")
  @Singleton
  VaultDatabase vaultDatabase() {
    return new VaultDatabase(store(values, Settings.VAULT), cells(values, Settings.VAULT));
  }

  @Bean(preDestroy = "close")
  @Singleton
  ClientSecretsDatabase clientSecretsDatabase() {
    return new ClientSecretsDatabase(store(values, Settings.CLIENT_SECRETS), cells(values, Settings.CLIENT_SECRETS));
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Primary
  Notifications notifications(Ticker ticker) {
    Notifications notifications = new Notifications(databases(values, Settings.VAULT), ticker);
    notifications.start();
    return notifications;
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Named("client_secrets")
  Notifications clientSecretsNotifications(Ticker ticker) {
    Notifications notifications = new Notifications(databases(values, Settings.CLIENT_SECRETS), ticker);
    notifications.start();
    return notifications;
  }

  @Singleton
  ListenerSettings listenerSettings() {
    return listeners(values);
  }

  @Singleton
  EgressSettings egressSettings() {
    return new EgressSettings(values.get(Settings.PRIVATE_HOSTS), values.get(Settings.PRIVATE_RANGES),
        values.get(Settings.TRUSTED_CERTIFICATES), Set.copyOf(options.standIns().values()),
        values.get(Settings.EGRESS_CONNECT_TIMEOUT), values.get(Settings.IDLE_PER_ORIGIN),
        values.get(Settings.EGRESS_IDLE_TIMEOUT), values.get(Settings.HTTP2_PER_ORIGIN));
  }

  @Singleton
  EnvelopeSettings envelopeSettings() {
    return envelope(values);
  }

  static EnvelopeSettings envelope(SettingValues values) {
    return new EnvelopeSettings(values.get(Settings.DEPLOYMENT), values.get(Settings.VAULT_KEK),
        values.find(Settings.NEXT_VAULT_KEK).orElse(null), values.get(Settings.CLIENT_SECRETS_KEK),
        values.get(Settings.BIND_OLDER), EnvelopeSettings.KEK_DEADLINE);
  }

  @Bean(preDestroy = "close")
  @Singleton
  KekRegistry kekRegistry(EnvelopeSettings settings) {
    return keks == null ? keks(values, settings) : keks.registry();
  }

  @Singleton
  RotateSettings rotateSettings() {
    return new RotateSettings(values.get(Settings.ROTATE_DEKS_AFTER).orElse(null));
  }

  @Singleton
  VaultSettings vaultSettings() {
    return new VaultSettings(values.get(Settings.CACHE_ROWS), values.get(Settings.STALE_LIMIT));
  }

  @Singleton
  JournalSettings journalSettings() {
    return JournalSettings.at(journalDirectory(values), values.get(Settings.JOURNAL_MIB));
  }

  /** Development has one without being asked; null: none. */
  static @Nullable Path journalDirectory(SettingValues values) {
    Optional<Path> set = values.find(Settings.JOURNAL_DIRECTORY);
    if (set.isPresent() || !values.isDevelopment()) {
      return set.orElse(null);
    }
    return values.get(Settings.DATA_DIRECTORY).resolve("journal-" + values.get(Settings.API_PORT)); // replicas may share the data directory
  }

  @Singleton
  CallerSettings callerSettings() {
    return new CallerSettings(values.get(Settings.CACHE_KEYS), values.get(Settings.STALE_LIMIT));
  }

  @Singleton
  CheckpointSettings checkpointSettings() {
    return new CheckpointSettings(values.get(Settings.DEPLOYMENT), values.find(Settings.CHECKPOINT_DIRECTORY).orElse(null));
  }

  @Singleton
  ErasureSettings erasureSettings() {
    return new ErasureSettings(values.get(Settings.BACKUPS_KEPT));
  }

  @Singleton
  BackupSettings backupSettings() {
    return backups(values);
  }

  static BackupSettings backups(SettingValues values) {
    List<BackupSettings.Source> sources = new ArrayList<>();
    Stores.all(values).forEach((place, of) -> {
      sources.add(new BackupSettings.Source("vault", place, () -> Stores.backup(of, Settings.VAULT),
          values.find(Settings.BACKUP_VAULT_KEK).orElse(values.get(Settings.VAULT_KEK))));
      sources.add(new BackupSettings.Source("client_secrets", place, () -> Stores.backup(of, Settings.CLIENT_SECRETS),
          values.find(Settings.BACKUP_CLIENT_SECRETS_KEK).orElse(values.get(Settings.CLIENT_SECRETS_KEK))));
    });
    return new BackupSettings(values.get(Settings.DEPLOYMENT), values.find(Settings.BACKUP_DIRECTORY).orElse(null),
        values.get(Settings.BACKUP_KEEP), values.get(Settings.BACKUPS_KEPT), sources);
  }

  @Singleton
  BlockingWork blockingWork(Faults faults) {
    return new BlockingWork(faults, values.get(Settings.WAITING_CALLS));
  }

  @Singleton
  JobSettings jobSettings() {
    return JobSettings.usual(values.find(Settings.JOBS).orElse(Map.of()));
  }

  @Singleton
  ScheduleSettings scheduleSettings() {
    return ScheduleSettings.of(values.get(Settings.AHEAD), values.get(Settings.AHEAD_CALLS_PER_MINUTE),
        values.get(Settings.AHEAD_CALLS_AT_ONCE), values.get(Settings.AHEAD_RAMP));
  }

  @Singleton
  Catalog catalog() {
    Catalog builtIn = Catalog.builtIn(options.standIns());
    return values.find(Settings.PROVIDER_DIRECTORY).map(directory -> builtIn.with(directory, options.standIns())).orElse(builtIn);
  }

  @Singleton
  CatalogSettings catalogSettings() {
    return new CatalogSettings(values.get(Settings.VAULT_KEK), values.get(Settings.KEKS).keySet(), values.isDevelopment());
  }

  @Singleton
  LinkSettings linkSettings() {
    return new LinkSettings(values.find(Settings.CONTROL_PLANE_URL).orElse(null), Set.copyOf(values.get(Settings.REGIONS)),
        values.get(Settings.TRUST) == Settings.Trust.EVERYTHING, values.get(Settings.BUDGET),
        values.get(Settings.DATA_DIRECTORY));
  }

  @Singleton
  LinkTimes linkTimes() {
    return options.properties().get(LINK_TIMES) instanceof LinkTimes given ? given : LinkTimes.usual();
  }

  @Singleton
  OutboxSettings outboxSettings() {
    return options.properties().get(OUTBOX) instanceof OutboxSettings given ? given : OutboxSettings.usual();
  }

  @Singleton
  NotifySettings notifySettings() {
    return options.properties().get(NOTIFY) instanceof NotifySettings given ? given : NotifySettings.usual();
  }

  @Singleton
  Configuration configuration() {
    return new Configuration(ConfigurationCandidate.EMPTY);
  }

  static KekRegistry keks(SettingValues values, EnvelopeSettings settings) {
    List<Kek> keks = values.get(Settings.KEKS).entrySet().stream()
        .map(one -> one.getValue().open(one.getKey(), values.isDevelopment(), settings.kekDeadline())).toList();
    return new KekRegistry(keks, settings.kekDeadline());
  }

  static Map<String, StoreSettings> cells(SettingValues values, Settings.StoreKeys keys) {
    Map<String, StoreSettings> cells = new TreeMap<>();
    values.cells().forEach((name, of) -> cells.put(name, store(of, keys)));
    return cells;
  }

  private static List<StoreSettings> databases(SettingValues values, Settings.StoreKeys keys) {
    return Stream.concat(Stream.of(store(values, keys)), cells(values, keys).values().stream()).toList();
  }

  static StoreSettings store(SettingValues values, Settings.StoreKeys keys) {
    return new StoreSettings(values.get(keys.url), values.find(keys.notificationUrl).orElse(null), values.get(keys.user),
        values.secretSource(keys.password).orElse(null), values.get(keys.poolSize), values.get(keys.wait),
        values.get(keys.statementTimeout));
  }

  static ListenerSettings listeners(SettingValues values) {
    return new ListenerSettings(new ListenerSettings.Listener(values.get(Settings.API_HOST), values.get(Settings.API_PORT)),
        new ListenerSettings.Listener(values.get(Settings.CONNECT_HOST), values.get(Settings.CONNECT_PORT)),
        new ListenerSettings.Listener(values.get(Settings.MANAGEMENT_HOST), values.get(Settings.MANAGEMENT_PORT)),
        tls(values), values.get(Settings.TRUSTED_PROXIES));
  }

  /** Null: there is no certificate. */
  private static @Nullable ListenerTls tls(SettingValues values) {
    Path chain = values.find(Settings.CERTIFICATE).orElse(null);
    Path file = values.find(Settings.KEY_STORE).orElse(chain);
    if (file == null) {
      if (values.get(Settings.CLIENT_CERTIFICATES) != ListenerTls.ClientCertificates.NONE) {
        throw new IllegalArgumentException(
            "tls.client_certificates needs a certificate of the listeners: without TLS nobody can prove one");
      }
      return null;
    }
    return new ListenerTls(file, chain != null,
        values.secretSource(chain == null ? Settings.KEY_STORE_PASSWORD : Settings.PRIVATE_KEY)
            .orElseThrow(() -> new IllegalArgumentException("tls: the certificate has no key")),
        values.get(Settings.CLIENT_CERTIFICATES), values.find(Settings.CLIENT_AUTHORITIES).orElse(null),
        values.get(Settings.RELOAD_INTERVAL));
  }
}
