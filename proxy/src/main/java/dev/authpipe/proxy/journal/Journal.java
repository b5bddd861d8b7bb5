package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.journal.JournalCounts.Without;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Received answers between their arrival and their commit, and a while longer (docs/journal-format.md). Off until opened, and where no directory
 * is set. Never throws at whoever has an answer in hand, and never sees a plaintext. Thread-safe.
 */
@Singleton
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int KEY_ID_AT = 2;

  private final JournalSettings settings;
  private final Clock clock;
  private final Randomness randomness;
  private final Ticker ticker;
  private final JournalCounts counts = new JournalCounts();
  private final JournalEntries entries = new JournalEntries();

  private record Opened(JournalFiles files, JournalWriter writer) {}

  private volatile @Nullable Opened opened;

  Journal(JournalSettings settings, Clock clock, Randomness randomness, Ticker ticker) {
    this.settings = settings;
    this.clock = clock;
    this.randomness = randomness;
    this.ticker = ticker;
  }

  /**
   * Takes the directory and reads what is there; true when the journal is on.
   *
   * @throws JournalInUseException if another process has the directory
   */
  public synchronized boolean open() {
    Path directory = settings.directory();
    if (directory == null || opened != null) {
      return opened != null;
    }
    try {
      JournalFiles files = JournalFiles.open(directory, settings, randomness, this::givenUp);
      files.found().forEach(entries::add);
      counts.damaged.add(files.damaged() + (long) files.foreign());
      counts.torn.add(files.torn());
      opened = new Opened(files, new JournalWriter(files, counts, ticker));
      return true;
    } catch (IOException failure) {
      LOG.error("the rescue journal {} cannot be opened: {}", directory, failure.getClass().getSimpleName());
      return false;
    }
  }

  /** Whether answers are kept. */
  public boolean isOpen() {
    return opened != null;
  }

  /** Whether a directory is set. */
  public boolean isWanted() {
    return settings.directory() != null;
  }

  /** What it did so far. */
  public JournalCounts counts() {
    return counts;
  }

  /** Size of its files. */
  public long bytes() {
    Opened now = opened;
    return now == null ? 0 : now.writer().bytes();
  }

  /** How large its files may become. */
  public long mostBytes() {
    return settings.mostBytes();
  }

  /** How many entries it has. */
  public int size() {
    return entries.size();
  }

  /** How many of them nobody knows to be committed. */
  public long unsettled() {
    return entries.unsettled();
  }

  /**
   * Keeps an answer: it is on the disk when this returns an entry, unless the disk is slow. Null: it is not kept, which is counted; the
   * commit goes on all the same.
   *
   * @param seal seals the answer for a place
   */
  public @Nullable JournalEntry keep(JournalPlace place, Function<RecordContext, byte[]> seal) {
    Opened now = opened;
    if (now == null) {
      return null;
    }
    byte[] sealed;
    byte[] frame;
    try {
      sealed = seal.apply(place.context(now.files().id()));
      frame = JournalFrame.entry(place.encode(), sealed);
    } catch (RuntimeException unsealed) { // too long, or the key is gone: whatever it is must not cost the answer
      counts.without(Without.SEAL);
      return null;
    }
    JournalEntry entry = new JournalEntry(place, now.files().id(), JournalEntry.State.HELD, sealed);
    entries.add(entry);
    Without problem = await(now.writer().append(entry, frame));
    if (problem == null) {
      counts.kept.increment();
      return entry;
    }
    counts.without(problem);
    if (problem == Without.SLOW) {
      return entry;
    }
    entries.remove(entry);
    return null;
  }

  /** The commit was acknowledged. */
  public void settled(@Nullable JournalEntry entry) {
    if (entry != null) {
      entry.settle(clock.instant());
      entries.left(entry, false);
    }
  }

  /** An earlier process committed it: its time runs since it was received. */
  void known(JournalEntry entry) {
    Instant now = clock.instant();
    Instant received = entry.place().received();
    entry.settle(received.isBefore(now) ? received : now);
    entries.left(entry, false);
  }

  /** Whoever had it in hand gives up; it is to be recovered. */
  public void left(@Nullable JournalEntry entry) {
    if (entry != null && entry.become(JournalEntry.State.LEFT)) {
      entries.left(entry, true);
    }
  }

  /** It is of no more use: overwritten, on the disk when this returns unless that is slow. */
  public void erase(Collection<JournalEntry> gone) {
    Opened now = opened;
    if (now == null) {
      return;
    }
    List<CompletableFuture<@Nullable Without>> writes = gone.stream().filter(entry -> entry.become(JournalEntry.State.ERASED))
        .peek(entries::remove).map(now.writer()::erase).toList();
    for (CompletableFuture<@Nullable Without> write : writes) {
      if (await(write) == Without.SLOW) {
        return; // they are written in order: what comes after it is no faster
      }
    }
  }

  /** Its sealed bytes; empty when they cannot be read any more. */
  public Optional<byte[]> sealed(JournalEntry entry) {
    Opened now = opened;
    try {
      return now == null ? Optional.empty() : Optional.of(now.writer().sealed(entry));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Which key an entry names; empty when it cannot be read any more. */
  Optional<KeyId> keyId(JournalEntry entry) {
    return sealed(entry).map(sealed -> new KeyId(ByteBuffer.wrap(sealed).getInt(KEY_ID_AT)));
  }

  /** Its id, while it is open. */
  Optional<UUID> id() {
    Opened now = opened;
    return now == null ? Optional.empty() : Optional.of(now.files().id());
  }

  /** The answer to a generation of a connection's credential, if one is here. Costs a look into memory. */
  public @Nullable JournalEntry answerTo(WorkspaceId workspace, ConnectionId connection, long generation) {
    return entries.answerTo(workspace, connection, generation);
  }

  /** A connection ended: what was settled of it goes at once, the rest is for its recovery to revoke. */
  public void ended(WorkspaceId workspace, ConnectionId connection) {
    erase(entries.of(new RowKey(workspace, connection.value())).stream().filter(one -> one.state() == JournalEntry.State.SETTLED)
        .toList());
  }

  /** What is there, for those who keep it in order. */
  JournalEntries entries() {
    return entries;
  }

  /** Erases what is settled for longer than it must be, and deletes what is empty. */
  void expire() {
    Opened now = opened;
    if (now != null) {
      Instant before = clock.instant().minus(settings.kept());
      erase(entries.settled().stream().filter(one -> isBefore(one, before)).toList());
      now.writer().tidy();
    }
  }

  private static boolean isBefore(JournalEntry entry, Instant limit) {
    Instant settled = entry.settledAt();
    return settled != null && settled.isBefore(limit);
  }

  private void givenUp(JournalEntry entry) {
    counts.givenUpEarly.increment();
    boolean erased = entry.become(JournalEntry.State.ERASED);
    LOG.trace("made room: {}", erased);
    entries.remove(entry);
  }

  private @Nullable Without await(CompletableFuture<@Nullable Without> write) {
    try {
      return write.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      return Without.SLOW;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Without.SLOW;
    } catch (ExecutionException failed) {
      return Without.DISK;
    }
  }

  /** Writes what was handed over and gives the directory back. */
  @Override
  @PreDestroy
  public synchronized void close() {
    Opened last = opened;
    opened = null;
    if (last != null) {
      last.writer().close();
    }
  }
}
