package dev.authpipe.proxy.caller;

import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.OpenStores;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.http.Peer;

/** What one replica of the proxy has to tell callers apart, with a pool and a listener of its own. */
final class Replica implements AutoCloseable {
  static final Peer HERE = Peer.at(InetAddress.getLoopbackAddress());
  static final Duration STALE_LIMIT = Duration.ofSeconds(20);

  final VaultDatabase vault;
  final Notifications notifications;
  final KekRegistry keks;
  final DeploymentKeys keys;
  final KnownKeys known;
  final Callers callers;
  final ApiKeys apiKeys;
  final Refusals refusals;
  final AuditLog log;

  Replica(OpenStores stores, Clock clock, @Nullable Kek kek) {
    Ticker ticker = stores.ticker();
    this.vault = new VaultDatabase(stores.settings(Store.VAULT, Duration.ofSeconds(1)));
    this.notifications = new Notifications(stores.settings(Store.VAULT, Duration.ofSeconds(1)), ticker);
    this.keks = new KekRegistry(kek == null ? List.of() : List.of(kek), Duration.ofSeconds(5));
    this.keys = new DeploymentKeys(new EnvelopeSettings("test", "local", "local"), vault, keks, Ticker.systemTicker(),
        stores.randomness());
    this.log = new AuditLog(vault, stores.clientSecrets(), stores.randomness());
    this.refusals = new Refusals(log, vault, stores.randomness());
    this.known = new KnownKeys(vault, keys, log, notifications, clock, ticker, new CallerSettings(1_000, STALE_LIMIT),
        new Configuration(ConfigurationCandidate.EMPTY));
    this.callers = new Callers(known, keys, refusals, clock);
    this.apiKeys = new ApiKeys(vault, keys, log, known, stores.randomness(), clock);
  }

  Replica listening() {
    keys.load();
    notifications.start();
    await().until(notifications::confirmed);
    return this;
  }

  CallerOutcome authenticate(NewApiKey key) {
    return callers.authenticate("Bearer " + key.apiKey().expose(), HERE);
  }

  @Nullable
  CallerOutcome warm(NewApiKey key) {
    return callers.warm("Bearer " + key.apiKey().expose(), HERE);
  }

  @Override
  public void close() {
    notifications.close();
    keys.close();
    vault.close();
  }
}
