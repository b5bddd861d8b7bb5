package dev.authpipe.proxy.remind;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;

/**
 * How many secrets are to be replaced, over all workspaces, as of the job's last run. Asks the stores at most every ten seconds. Thread-safe.
 */
@Singleton
public final class RotationBacklog {
  private static final Duration GOOD_FOR = Duration.ofSeconds(10);

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Clock clock;
  private @Nullable Backlog last;

  /**
   * Secrets of one sort.
   *
   * @param due     how many are to be replaced within 30 days, or are overdue
   * @param overdue how many of these are
   * @param oldest  since when the one that is overdue longest; null: none is
   */
  public record Due(long due, long overdue, @Nullable Instant oldest) {
    static Due sum(List<Due> parts) {
      return new Due(parts.stream().mapToLong(Due::due).sum(), parts.stream().mapToLong(Due::overdue).sum(),
          parts.stream().map(Due::oldest).filter(Objects::nonNull).min(Instant::compareTo).orElse(null));
    }
  }

  /**
   * Everything that is due.
   *
   * @param connections   keys, bearer tokens and passwords of connections
   * @param clientSecrets of integrations
   */
  public record Backlog(Due connections, Due clientSecrets, Instant asOf) {
    /** How long the oldest of one sort has been overdue; zero: none is. */
    public Duration age(Due due) {
      Instant oldest = due.oldest();
      return oldest == null || oldest.isAfter(asOf) ? Duration.ZERO : Duration.between(oldest, asOf);
    }
  }

  RotationBacklog(VaultDatabase vault, ClientSecretsDatabase clientSecrets, Clock clock) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.clock = clock;
  }

  /**
   * The backlog now, or a moment ago.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the first database of a store does not answer
   */
  public synchronized Backlog look() {
    Instant now = clock.instant();
    Backlog known = last;
    if (known == null || Duration.between(known.asOf, now).abs().compareTo(GOOD_FOR) > 0) {
      Due connections = Due
          .sum(vault.inReachable(place -> vault.at(place, Database.STORE, tx -> ReminderStore.due(tx.dsl(), now))));
      Due integrations = Due.sum(clientSecrets
          .inReachable(place -> clientSecrets.at(place, Database.STORE, tx -> ClientSecretReminderStore.due(tx, now))));
      known = new Backlog(connections, integrations, now);
      last = known;
    }
    return known;
  }
}
