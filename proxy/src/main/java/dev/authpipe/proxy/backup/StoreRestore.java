package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.LogEpochs;
import dev.authpipe.proxy.audit.LogHead;
import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.StreamKeys;

/**
 * Puts a backup into a database that nobody uses (docs/backup-format.md, section 4). Must never write before the whole file was verified, nor leave
 * a part of it behind: one transaction does everything.
 */
@Singleton
public final class StoreRestore {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRestore.class);

  private final StreamKeys keys;
  private final LogEpochs epochs;
  private final List<RestoredRows> rooms;

  /**
   * What was restored.
   *
   * @param epoch    of its logs from now on
   * @param notes    how many kept checkpoints were set aside; below 0: they could not be
   */
  public record Restored(BackupHeader header, long rows, int logs, int epoch, int notes) {}

  /** Is told how far it is, in bytes of the file, over both readings. */
  public interface Progress extends LongConsumer {}

  public StoreRestore(StreamKeys keys, LogEpochs epochs, List<RestoredRows> rooms) {
    this.keys = keys;
    this.epochs = epochs;
    this.rooms = List.copyOf(rooms);
  }

  /** What the beginning of a file says, before anything is verified. */
  public static BackupHeader header(Path file) {
    return BackupReader.header(file);
  }

  /**
   * Restores.
   *
   * @throws BackupException if the file is refused, or the database is not such that it may be restored to; nothing was written then
   */
  public Restored restore(Path file, BackupHeader header, RestoreTarget target, RestoreWish wish, Progress progress) {
    String kek = wish.kek() == null ? header.kek() : wish.kek();
    BackupTotals totals = verified(file, header, kek, progress);
    try (Connection connection = target.owner().getConnection()) {
      demandUnused(connection, target.applicationRole());
      fitSchema(header, target);
      connection.setAutoCommit(false);
      long read = file.toFile().length();
      RestoreTransaction transaction = new RestoreTransaction(connection);
      int before = transaction.clear(wish.replace());
      long rows = new BackupReader(keys, count -> progress.accept(read + count)).read(file, header, kek, transaction).rows();
      if (rows != totals.rows()) {
        throw BackupException.refused("it was replaced while it was restored");
      }
      LogEpochs.Restored restored = new LogEpochs.Restored(header.store(), header.id(), header.snapshot(),
          epoch(wish.epoch(), Math.max(before, transaction.highestEpoch())));
      Instant asOf = asOf(connection, header);
      Tx tx = Tx.within(connection, header.store(), Database.STORE);
      rooms.stream().filter(room -> room.store().equals(header.store()))
          .forEach(room -> room.restored(tx, new RestoredRows.Restored(asOf, wish.journals())));
      List<LogHead> logs = epochs.open(connection, restored);
      transaction.guard();
      demandUnused(connection, target.applicationRole());
      connection.commit();
      return new Restored(header, rows, logs.size(), restored.epoch(), setAside(logs, restored, wish.all()));
    } catch (SQLException failure) {
      throw new BackupException(Reason.STORE_UNAVAILABLE,
          "the database did not take the backup (SQLSTATE " + failure.getSQLState() + "); it is as it was", failure);
    } catch (IOException failure) {
      throw new BackupException(Reason.FILE_UNAVAILABLE,
          "a file cannot be read or written: " + failure.getClass().getSimpleName(),
          failure);
    }
  }

  /** The database is restored by then, whatever happens to files. */
  private int setAside(List<LogHead> logs, LogEpochs.Restored restored, boolean all) {
    try {
      return epochs.setAside(logs, restored, all);
    } catch (UncheckedIOException failure) {
      LOG.error("the kept checkpoints could not be set aside: {}",
          Objects.requireNonNull(failure.getCause()).getClass().getSimpleName());
      return -1;
    }
  }

  private BackupTotals verified(Path file, BackupHeader header, String kek, Progress progress) {
    try {
      return new BackupReader(keys, progress).read(file, header, kek, BackupVisitor.NONE);
    } catch (SQLException impossible) {
      throw new IllegalStateException("nobody asked a database", impossible);
    }
  }

  /** A store comes back to the schema that it had; what this program added since follows afterwards. */
  private static void fitSchema(BackupHeader header, RestoreTarget target) {
    if (header.schema() > target.newestSchema()) {
      throw new BackupException(Reason.STORE_UNFIT,
          "the backup has schema " + header.schema()
              + ", which this version does not know: restore with the version that made it");
    }
    if (target.schema() == 0) {
      target.migrate(header.schema());
    }
    int present = target.schema();
    if (present != header.schema()) {
      throw new BackupException(Reason.STORE_UNFIT, "the database has schema " + present + " and the backup " + header.schema()
          + ": restore to an empty database, without tables");
    }
  }

  /** A backup may be of a database that was put back itself: what it holds is no newer than the last thing that it recorded. */
  private static Instant asOf(Connection connection, BackupHeader header) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet newest = statement.executeQuery("select max(recorded_at) from public.audit_event")) {
      newest.next();
      OffsetDateTime recorded = newest.getObject(1, OffsetDateTime.class);
      return recorded == null || recorded.toInstant().isAfter(header.snapshot()) ? header.snapshot() : recorded.toInstant();
    }
  }

  private int epoch(@Nullable Integer wanted, int known) {
    int next = Math.max(known, epochs.highestKept()) + 1;
    if (wanted != null && wanted < next) {
      throw new BackupException(Reason.STORE_UNFIT, "the new epoch is at least " + next);
    }
    return wanted == null ? next : wanted;
  }

  /** A replica always has a session: it listens. */
  private static void demandUnused(Connection connection, String applicationRole) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select count(*) from pg_stat_activity"
        + " where datname = current_database() and usename = ? and pid <> pg_backend_pid()")) {
      statement.setString(1, applicationRole);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getLong(1) > 0) {
          throw new BackupException(Reason.STORE_UNFIT, "the database is in use: " + row.getLong(1) + " sessions of "
              + applicationRole + " are connected; stop every proxy, and a pooler that keeps sessions");
        }
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet present = statement.executeQuery("select to_regclass('public.job') is not null")) {
      present.next();
      if (present.getBoolean(1)) {
        demandNoLease(statement);
      }
    }
  }

  private static void demandNoLease(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select count(*) from public.job where lease_until > clock_timestamp()")) {
      row.next();
      if (row.getLong(1) > 0) {
        throw new BackupException(Reason.STORE_UNFIT,
            "the database is in use: a replica holds the lease of a job; stop every proxy and try again in a minute");
      }
    }
  }
}
