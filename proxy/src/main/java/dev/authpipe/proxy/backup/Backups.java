package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.StreamKey;
import dev.authpipe.proxy.envelope.StreamKeys;
import dev.authpipe.proxy.secret.Randomness;

/**
 * Makes and verifies backups (docs/backup-format.md). Nothing of a store leaves the process but encrypted, and no file gets its name before it is
 * whole. Thread-safe; blocks for as long as a store is large.
 */
@Singleton
public final class Backups {
  private static final Duration EARLIER = Duration.ofMinutes(30);

  private final BackupSettings settings;
  private final StreamKeys keys;
  private final Randomness randomness;
  private final Clock clock;

  /**
   * A backup that was made.
   *
   * @param rows  of all its tables
   * @param bytes of the file
   */
  public record Made(BackupHeader header, Path file, long rows, long bytes) {}

  /** Is told how far a backup is. */
  public interface Progress {
    /** No rows are told of. */
    Progress NONE = (source, rows, about) -> {};

    /** So many rows were read, of about so many. */
    void rows(Source source, long rows, long about);
  }

  public Backups(BackupSettings settings, StreamKeys keys, Randomness randomness, Clock clock) {
    this.settings = settings;
    this.keys = keys;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Every database that there is to back up. */
  public List<Source> sources() {
    return settings.sources();
  }

  /** A new id for a backup. */
  public UUID id() {
    return randomness.uuidV7();
  }

  /**
   * Makes a backup of one database.
   *
   * @param to a directory, which gives it a name, or a file that is not there
   * @throws BackupException if it could not be made; then there is no file
   */
  public Made make(Source source, UUID id, Path to, Progress progress) {
    try {
      int schema = schema(source);
      try (StreamKey key = key(source, id, schema); StoreCopy copy = opened(source)) { // no transaction waits for a KEK
        if (copy.schema() != schema) {
          throw new BackupException(Reason.STORE_UNFIT,
              "the database " + source.word() + " was migrated meanwhile; make the backup anew");
        }
        BackupHeader header = new BackupHeader(settings.deployment(), source.store(), source.place(), id, schema, copy.snapshot(),
            source.kek());
        long about = copy.estimate();
        BackupTotals[] totals = new BackupTotals[1];
        BackupDirectory.Content content = out -> totals[0] = written(copy, header, key, out,
            rows -> progress.rows(source, rows, Math.max(rows, about)));
        Path file = Files.isDirectory(to)
            ? new BackupDirectory(to).write(BackupName.of(header), content)
            : BackupDirectory.write(to, content);
        return new Made(header, file, totals[0].rows(), Files.size(file));
      }
    } catch (SQLException failure) {
      throw unavailable(source, failure);
    } catch (StoreFailure failure) {
      throw unavailable(source, failure.cause);
    } catch (IOException failure) {
      throw new BackupException(Reason.FILE_UNAVAILABLE,
          "the backup of " + source.word() + " could not be written: " + failure.getClass().getSimpleName(), failure);
    }
  }

  /**
   * Makes a backup of one database in {@code backup.directory}. Never makes the directory: where it is not there a volume is not mounted.
   *
   * @throws BackupException if it could not be made; then there is no file
   */
  public Made keep(Source source, UUID id, Progress progress) {
    Path directory = settings.directory();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BackupException(Reason.FILE_UNAVAILABLE,
          "backup.directory is not there or no directory: no backup of " + source.word() + " was made");
    }
    return make(source, id, directory, progress);
  }

  private static int schema(Source source) throws SQLException {
    try (Connection connection = source.database().get().getConnection()) {
      return StoreTables.schema(connection);
    }
  }

  private static StoreCopy opened(Source source) throws SQLException {
    Connection connection = source.database().get().getConnection();
    try {
      return new StoreCopy(connection);
    } catch (SQLException | RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  private static BackupTotals written(StoreCopy copy, BackupHeader header, StreamKey key, OutputStream out, LongConsumer rows)
      throws IOException {
    try (BackupWriter writer = new BackupWriter(out, header, key)) {
      copy.write(writer, rows);
      return writer.end();
    } catch (SQLException failure) {
      throw new StoreFailure(failure);
    }
  }

  private StreamKey key(Source source, UUID id, int schema) {
    try {
      return keys.make(source.kek(), BackupHeader.context(settings.deployment(), source.store(), id, schema));
    } catch (KekRefusedException refused) {
      throw new BackupException(Reason.KEY_REFUSED, "the KEK " + source.kek() + " refuses to wrap the key of a backup", refused);
    } catch (KekOutageException | IntegrityException silent) {
      throw new BackupException(Reason.KEY_UNAVAILABLE, "the KEK " + source.kek() + " does not answer", silent);
    }
  }

  private static BackupException unavailable(Source source, SQLException failure) {
    return new BackupException(Reason.STORE_UNAVAILABLE, "the database " + source.word()
        + " could not be read as its backup role (SQLSTATE " + failure.getSQLState() + ")", failure);
  }

  /**
   * Reads a whole backup and refuses what is not as it was written. Needs its KEK and no database.
   *
   * @param kek      the operator's name of the KEK
   * @param progress is told how many bytes were read
   * @throws BackupException with a sentence, if it is refused
   */
  public BackupTotals verify(Path file, BackupHeader header, String kek, LongConsumer progress) {
    try {
      return new BackupReader(keys, progress).read(file, header, kek, BackupVisitor.NONE);
    } catch (SQLException impossible) {
      throw new IllegalStateException("nobody asked a database", impossible);
    }
  }

  /** Deletes backups of the directory that are too old or too many, and what was left half. */
  public int tidy() {
    Path directory = settings.directory();
    try {
      return directory == null
          ? 0
          : new BackupDirectory(directory).tidy(settings.deployment(), settings.keep(), lifetime(settings.keptFor()),
              clock.instant());
    } catch (IOException failure) {
      throw new BackupException(Reason.FILE_UNAVAILABLE, "backup.directory cannot be read or written", failure);
    }
  }

  /** Before the time that receipts of erasures state, by more than it takes until they are looked at again. */
  private static Duration lifetime(Duration keptFor) {
    Duration half = keptFor.dividedBy(2);
    return keptFor.minus(EARLIER.compareTo(half) < 0 ? EARLIER : half);
  }

  /** As {@link #age(BackupSettings, Clock)}. */
  Optional<Duration> age() {
    return age(settings, clock);
  }

  /** How old the newest backup of the database is whose newest one is oldest; empty: one has none, or the directory cannot be read. */
  public static Optional<Duration> age(BackupSettings settings, Clock clock) {
    Path directory = settings.directory();
    if (directory == null) {
      return Optional.empty();
    }
    try {
      List<BackupName> names = new BackupDirectory(directory).list(settings.deployment()); // newest first
      Instant oldest = Instant.MAX;
      for (Source source : settings.sources()) {
        Optional<BackupName> newest = names.stream().filter(one -> one.database().equals(source.word())).findFirst();
        if (newest.isEmpty()) {
          return Optional.empty();
        }
        oldest = newest.get().snapshot().isBefore(oldest) ? newest.get().snapshot() : oldest;
      }
      return oldest.equals(Instant.MAX) ? Optional.empty() : Optional.of(Duration.between(oldest, clock.instant()));
    } catch (IOException failure) {
      return Optional.empty();
    }
  }

  /** A failure of the database while the file is written. */
  private static final class StoreFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final SQLException cause;

    StoreFailure(SQLException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
