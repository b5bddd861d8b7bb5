package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.VaultDatabase;

/** What is owed to providers, over all workspaces. Asks the store at most every ten seconds. Thread-safe. */
@Singleton
public final class RevocationBacklog {
  private static final Duration GOOD_FOR = Duration.ofSeconds(10);

  private final VaultDatabase database;
  private final RevocationStore store;
  private final Clock clock;
  private @Nullable Owed last;

  /**
   * The backlog.
   *
   * @param revocations how many are owed
   * @param oldest      since when the oldest of them; null: none is
   */
  public record Owed(long revocations, @Nullable Instant oldest, Instant asOf) {
    /** How old the oldest is; zero: none is owed. */
    public Duration age() {
      return oldest == null || oldest.isAfter(asOf) ? Duration.ZERO : Duration.between(oldest, asOf);
    }
  }

  RevocationBacklog(VaultDatabase database, RevocationStore store, Clock clock) {
    this.database = database;
    this.store = store;
    this.clock = clock;
  }

  /**
   * The backlog now, or a moment ago.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the first database does not answer
   */
  public synchronized Owed look() {
    Instant now = clock.instant();
    Owed known = last;
    if (known == null || Duration.between(known.asOf, now).abs().compareTo(GOOD_FOR) > 0) {
      List<Owed> everywhere = database.listReachable(dsl -> List.of(store.owed(dsl, now)));
      known = new Owed(everywhere.stream().mapToLong(Owed::revocations).sum(),
          everywhere.stream().map(Owed::oldest).filter(Objects::nonNull).min(Instant::compareTo).orElse(null), now);
      last = known;
    }
    return known;
  }
}
