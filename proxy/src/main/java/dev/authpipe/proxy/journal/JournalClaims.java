package dev.authpipe.proxy.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.envelope.KeyId;

/**
 * Tells all replicas which keys the unsettled entries of this one's journal name, so that nobody destroys a key that an answer needs which is
 * in a file on another machine. A journal whose replica is away stands by what was said last. Never tells what an entry is about.
 */
@Singleton
public final class JournalClaims implements AutoCloseable {
  /** How long a journal counts of which nothing is heard any more. */
  public static final Duration HEARD_OF = Duration.ofDays(30);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int KEYS_MOST = 1000;

  private final Journal journal;
  private final VaultDatabase database;
  private final WriteBehind declaring;
  private volatile boolean ending;

  JournalClaims(Journal journal, VaultDatabase database) {
    this.journal = journal;
    this.database = database;
    this.declaring = new WriteBehind("journal-claims", EVERY, this::declare);
  }

  /** Begins to tell, once the journal is open. */
  public void start() {
    if (journal.isWanted()) {
      declaring.start();
      declaring.nudge();
    }
  }

  /** What each journal that was heard of names, the unknown included. */
  public List<JournalClaim> all() {
    return database.inWorkspace(Database.STORE, tx -> RescueJournalStore.all(tx, HEARD_OF));
  }

  /**
   * Lets a journal count no more: its volume is gone for good. What was in it is lost then, and so are the grants that only it had.
   *
   * @return whether there was one
   */
  public boolean forget(UUID gone) {
    return database.inWorkspace(Database.STORE, tx -> RescueJournalStore.forget(tx, gone));
  }

  /** Tells once. */
  void declare() {
    journal.id().ifPresent(id -> database.run(Database.STORE, tx -> {
      JournalClaim claim = claim(tx, id);
      if (ending && claim.isEmpty()) {
        RescueJournalStore.forget(tx, id);
      } else {
        RescueJournalStore.declare(tx, claim);
      }
    }));
  }

  private JournalClaim claim(Tx tx, UUID id) {
    Instant before = RescueJournalStore.now(tx);
    Set<KeyId> keys = new TreeSet<>();
    boolean beyond = false;
    for (JournalEntry entry : journal.entries().everyUnsettled()) {
      KeyId key = journal.keyId(entry).orElse(null);
      beyond |= key == null ? entry.isUnsettled() : keys.size() >= KEYS_MOST && !keys.contains(key);
      if (key != null && keys.size() < KEYS_MOST) {
        keys.add(key);
      }
    }
    return new JournalClaim(id, keys, beyond, before);
  }

  /** Tells once more. A replica that ends with nothing unsettled need not come back. */
  @Override
  @PreDestroy
  public void close() {
    ending = true;
    if (journal.isWanted()) {
      declaring.close();
    }
  }
}
