package dev.authpipe.control.ops;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

import dev.authpipe.control.dataplane.DataPlaneSettings;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.egress.OutboundSettings;
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.mail.MailSettings;
import dev.authpipe.control.member.PeopleSettings;
import dev.authpipe.control.member.password.PasswordHashes;
import dev.authpipe.control.member.totp.FactorKey;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SealingKey;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.control.workspace.WorkspaceSettings;

/** Makes settings beans and what has no room of its own from the settings. Never decides a default. */
@Factory
final class ControlBeans {
  private final ControlSettings settings;
  private final ControlOptions options;

  ControlBeans(ControlSettings settings, ControlOptions options) {
    this.settings = settings;
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
  Database database() {
    return new Database(settings.store());
  }

  @Bean(preDestroy = "close")
  @Singleton
  Notifications notifications() {
    Notifications notifications = new Notifications(settings.store());
    notifications.start();
    return notifications;
  }

  @Singleton
  DataPlaneSettings dataPlaneSettings(Randomness randomness) {
    SecretText sealing = settings.sealingKey();
    try {
      return new DataPlaneSettings(sealing == null ? null : SealingKey.of(sealing, randomness));
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("link.sealing_key must be base64 of 32 bytes", wrong);
    }
  }

  @Singleton
  ListenerSettings listenerSettings() {
    return settings.listeners();
  }

  @Singleton
  WorkspaceSettings workspaceSettings() {
    return settings.workspaces();
  }

  @Singleton
  PeopleSettings peopleSettings() {
    return settings.people();
  }

  @Singleton
  MailSettings mailSettings() {
    return settings.mail();
  }

  @Singleton
  OutboundSettings outboundSettings() {
    return settings.outbound();
  }

  @Singleton
  PasswordHashes passwordHashes(Randomness randomness) {
    return new PasswordHashes(settings.people().passwordCost(), randomness);
  }

  @Singleton
  FactorKey factorKey() {
    try {
      return new FactorKey(settings.people().factorKey());
    } catch (GeneralSecurityException none) {
      throw new StartupException("people.factor_key is not a Tink keyset for AES-256-GCM in JSON", none);
    }
  }
}
