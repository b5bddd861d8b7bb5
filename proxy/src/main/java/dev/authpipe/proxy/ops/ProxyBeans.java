package dev.authpipe.proxy.ops;

import java.security.SecureRandom;
import java.time.Clock;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.EgressSettings;
import dev.authpipe.proxy.http.ListenerSettings;

/** Makes settings beans and what has no room of its own from the deployment's settings. Never decides a default: the table does. */
@Factory
final class ProxyBeans {
  private final SettingValues values;
  private final ProxyOptions options;

  ProxyBeans(SettingValues values, ProxyOptions options) {
    this.values = values;
    this.options = options;
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
    return new VaultDatabase(store(values, Settings.VAULT));
  }

  @Bean(preDestroy = "close")
  @Singleton
  ClientSecretsDatabase clientSecretsDatabase() {
    return new ClientSecretsDatabase(store(values, Settings.CLIENT_SECRETS));
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Primary
  Notifications notifications(Ticker ticker) {
    Notifications notifications = new Notifications(store(values, Settings.VAULT), ticker);
    notifications.start();
    return notifications;
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Named("client_secrets")
  Notifications clientSecretsNotifications(Ticker ticker) {
    Notifications notifications = new Notifications(store(values, Settings.CLIENT_SECRETS), ticker);
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
        values.get(Settings.TRUSTED_CERTIFICATES), java.util.Set.copyOf(options.standIns().values()),
        values.get(Settings.EGRESS_CONNECT_TIMEOUT), values.get(Settings.IDLE_PER_ORIGIN),
        values.get(Settings.EGRESS_IDLE_TIMEOUT));
  }

  static StoreSettings store(SettingValues values, Settings.StoreKeys keys) {
    return new StoreSettings(values.get(keys.url), values.find(keys.notificationUrl).orElse(null), values.get(keys.user),
        values.secret(keys.password).orElse(null), values.get(keys.poolSize), values.get(keys.wait),
        values.get(keys.statementTimeout));
  }

  static ListenerSettings listeners(SettingValues values) {
    return new ListenerSettings(new ListenerSettings.Listener(values.get(Settings.API_HOST), values.get(Settings.API_PORT)),
        new ListenerSettings.Listener(values.get(Settings.CONNECT_HOST), values.get(Settings.CONNECT_PORT)),
        new ListenerSettings.Listener(values.get(Settings.MANAGEMENT_HOST), values.get(Settings.MANAGEMENT_PORT)),
        values.find(Settings.KEY_STORE).orElse(null), values.secret(Settings.KEY_STORE_PASSWORD).orElse(null),
        values.get(Settings.TRUSTED_PROXIES));
  }
}
