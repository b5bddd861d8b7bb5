package dev.authpipe.proxy.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KekRegistry;

/** Counts what a warm call must not cost: transactions and KEK calls. Never counts per tenant. */
@Singleton
@Requires(beans = SettingValues.class)
final class CostMetrics implements MeterBinder {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final KekRegistry keks;

  CostMetrics(VaultDatabase vault, ClientSecretsDatabase clientSecrets, KekRegistry keks) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.keks = keks;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    transactions(registry, "vault", vault);
    transactions(registry, "client_secrets", clientSecrets);
    FunctionCounter.builder("authpipe.kek.calls", keks, KekRegistry::calls).description("Wraps and unwraps asked of KEKs")
        .register(registry);
  }

  private static void transactions(MeterRegistry registry, String store, Database database) {
    FunctionCounter.builder("authpipe.store.transactions", database, Database::transactions).tag("store", store)
        .description("Transactions begun in the store").register(registry);
  }
}
