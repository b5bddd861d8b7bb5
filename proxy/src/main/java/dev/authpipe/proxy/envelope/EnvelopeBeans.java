package dev.authpipe.proxy.envelope;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;

/** Makes this room's beans; settings and KEKs come from the operator. Asks no KEK. */
@Factory
final class EnvelopeBeans {
  @Bean(preDestroy = "close")
  @Singleton
  @Named("vault")
  Envelopes vault(EnvelopeSettings settings, VaultDatabase database, KekRegistry keks, DeploymentKeys deploymentKeys,
      Ticker ticker,
      Randomness randomness) {
    return Envelopes.ofVault(settings, database, keks, deploymentKeys, ticker, randomness).start();
  }

  @Bean(preDestroy = "close")
  @Singleton
  @Named("client_secrets")
  Envelopes clientSecrets(EnvelopeSettings settings, ClientSecretsDatabase database, KekRegistry keks,
      DeploymentKeys deploymentKeys, Ticker ticker, Randomness randomness) {
    return Envelopes.ofClientSecrets(settings, database, keks, deploymentKeys, ticker, randomness).start();
  }

  @Bean(preDestroy = "close")
  @Singleton
  DeploymentKeys deploymentKeys(EnvelopeSettings settings, VaultDatabase database, KekRegistry keks, Ticker ticker,
      Randomness randomness) {
    return new DeploymentKeys(settings, database, keks, ticker, randomness).start();
  }
}
