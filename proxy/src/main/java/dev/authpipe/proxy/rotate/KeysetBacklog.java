package dev.authpipe.proxy.rotate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.envelope.KeysetTotals;

/**
 * The keysets of all workspaces by store and state, and how many sealed records named them when they were counted last, a day ago at most as a
 * rule. Asks the stores at most every ten seconds. Thread-safe.
 */
@Singleton
public final class KeysetBacklog {
  private static final Duration GOOD_FOR = Duration.ofSeconds(10);

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final KeysetHistory history;
  private final Clock clock;
  private @Nullable Totals last;

  /** All of it, by the name of the store. */
  public record Totals(Map<String, List<KeysetTotals>> byStore, Instant asOf) {
    /** How many keysets of a store are in a state. */
    public long keysets(String store, String state) {
      return of(store).filter(one -> one.state().equals(state)).mapToLong(KeysetTotals::keysets).sum();
    }

    /** How many sealed records of a store named one in this state. */
    public long records(String store, String state) {
      return of(store).filter(one -> one.state().equals(state)).mapToLong(KeysetTotals::records).sum();
    }

    /** For how long a keyset has been in a state that was the first to be; zero: there is none. */
    public Duration oldest(String store, String state) {
      return of(store).filter(one -> one.state().equals(state)).flatMap(one -> Stream.ofNullable(one.oldest()))
          .min(Instant::compareTo).filter(asOf::isAfter).map(oldest -> Duration.between(oldest, asOf)).orElse(Duration.ZERO);
    }

    private Stream<KeysetTotals> of(String store) {
      return byStore.getOrDefault(store, List.of()).stream();
    }
  }

  KeysetBacklog(VaultDatabase vault, ClientSecretsDatabase clientSecrets, KeysetHistory history, Clock clock) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.history = history;
    this.clock = clock;
  }

  /**
   * The totals now, or a moment ago.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the first database of a store does not answer
   */
  public synchronized Totals look() {
    Instant now = clock.instant();
    Totals known = last;
    if (known == null || Duration.between(known.asOf, now).abs().compareTo(GOOD_FOR) > 0) {
      known = new Totals(Map.of(vault.name(), of(vault), clientSecrets.name(), of(clientSecrets)), now);
      last = known;
    }
    return known;
  }

  private List<KeysetTotals> of(Database store) {
    List<KeysetTotals> all = new ArrayList<>();
    store.inReachable(place -> store.at(place, Database.STORE, history::totals)).forEach(all::addAll);
    return List.copyOf(all);
  }
}
