package dev.authpipe.proxy.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * What is backed up, and where backups are kept. Must never reach a log: the sources lead to databases.
 *
 * @param deployment name of the deployment
 * @param directory  where the job keeps backups, and the third place of the ledger of erasures; null: there is none
 * @param keep       how many of each database, at most
 * @param keptFor    for how long, at most
 * @param sources    every database of both stores
 */
public record BackupSettings(String deployment, @Nullable Path directory, int keep, Duration keptFor, List<Source> sources) {
  /** Copies the list. */
  public BackupSettings {
    sources = List.copyOf(sources);
  }

  /**
   * One database.
   *
   * @param store    {@code vault} or {@code client_secrets}
   * @param place    the name of a cell; empty: the first database
   * @param database connections as the backup role, past any pooler
   * @param kek      the operator's name of the KEK that wraps its backups
   */
  public record Source(String store, String place, Supplier<DataSource> database, String kek) {
    /** How it is called: {@code vault}, or {@code vault.cell}. */
    public String word() {
      return place.isEmpty() ? store : store + "." + place;
    }
  }

  @Override
  public String toString() {
    return "BackupSettings[" + deployment + "]";
  }
}
