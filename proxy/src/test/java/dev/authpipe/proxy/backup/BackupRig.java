package dev.authpipe.proxy.backup;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.audit.LogEpochs;
import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.StreamKeys;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;
import dev.authpipe.testkit.ScratchDirectory;

/** Backups of a set of stores by the real parts, and their restore. */
public final class BackupRig implements AutoCloseable {
  /** The deployment's name in these backups. */
  public static final String DEPLOYMENT = "test";
  private static final List<RestoredRows> ROOMS = rooms();

  private final StoreSet stores;
  private final KekRegistry registry;
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
  private final Map<Store, String> keks;
  private final @Nullable Path checkpoints;
  private final Path directory;

  /**
   * @param keks        by the name that a store uses
   * @param checkpoints where checkpoints are kept; null: nowhere
   */
  public BackupRig(StoreSet stores, Collection<? extends Kek> keks, String ofVault, String ofSecrets,
      @Nullable Path checkpoints) {
    this.stores = stores;
    this.registry = new KekRegistry(keks, Duration.ofSeconds(5));
    this.keks = Map.of(Store.VAULT, ofVault, Store.CLIENT_SECRETS, ofSecrets);
    this.checkpoints = checkpoints;
    this.directory = ScratchDirectory.create("backups");
  }

  private static List<RestoredRows> rooms() {
    try (ApplicationContext bare = ApplicationContext.builder().deduceEnvironment(false).environmentPropertySource(false)
        .banner(false).start()) {
      return List.copyOf(bare.getBeansOfType(RestoredRows.class));
    }
  }

  public StreamKeys keys() {
    return new StreamKeys(registry, randomness);
  }

  /** Where backups go. */
  public Path directory() {
    return directory;
  }

  public BackupSettings settings() {
    return new BackupSettings(DEPLOYMENT, directory, 10, Duration.ofDays(30),
        List.of(source(Store.VAULT), source(Store.CLIENT_SECRETS)));
  }

  private BackupSettings.Source source(Store store) {
    return new BackupSettings.Source(store.databaseName(), "", () -> stores.backup(store), String.valueOf(keks.get(store)));
  }

  public Backups backups() {
    return new Backups(settings(), keys(), randomness, Clock.systemUTC());
  }

  /** Makes a backup of one store. */
  public Path backup(Store store) {
    return backups().make(source(store), backups().id(), directory, Backups.Progress.NONE).file();
  }

  public StoreRestore.Restored restore(Path file, boolean replace, boolean journals) {
    return restore(file, stores, new RestoreWish(null, replace, journals, null, true));
  }

  /** Restores to a set of stores, once nobody of the past is connected any more. */
  public StoreRestore.Restored restore(Path file, StoreSet to, RestoreWish wish) {
    BackupHeader header = StoreRestore.header(file);
    Store store = header.store().equals("vault") ? Store.VAULT : Store.CLIENT_SECRETS;
    await().atMost(Duration.ofSeconds(20)).until(() -> sessions(to, store) == 0);
    return restoreNow(file, to, wish);
  }

  public StoreRestore.Restored restoreNow(Path file, StoreSet to, RestoreWish wish) {
    BackupHeader header = StoreRestore.header(file);
    Store store = header.store().equals("vault") ? Store.VAULT : Store.CLIENT_SECRETS;
    LogEpochs epochs = new LogEpochs(new CheckpointSettings(DEPLOYMENT, checkpoints), randomness);
    return new StoreRestore(keys(), epochs, ROOMS).restore(file, header, target(to, store), wish, _ -> {});
  }

  private static long sessions(StoreSet stores, Store store) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from pg_stat_activity where datname = current_database()"
            + " and usename = '" + store.applicationRole() + "'")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static RestoreTarget target(StoreSet stores, Store store) {
    return new RestoreTarget() {
      @Override
      public DataSource owner() {
        return stores.owner(store);
      }

      @Override
      public String applicationRole() {
        return store.applicationRole();
      }

      @Override
      public int schema() {
        return Migrations.version(store, owner());
      }

      @Override
      public int newestSchema() {
        return Migrations.newest(store, owner());
      }

      @Override
      public void migrate(int version) {
        if (Migrations.migrate(store, owner(), version) == 0) {
          throw new IllegalStateException("no migration up to " + version);
        }
      }
    };
  }

  /** Takes the tables away, as in a database that nobody has migrated. */
  public static void empty(StoreSet stores, Store store) {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("drop schema public cascade");
      statement.execute("create schema public authorization pg_database_owner");
      statement.execute("grant usage on schema public to public");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Number and digest of the rows of each table, as a superuser sees them. */
  public static Map<String, String> contents(StoreSet stores, Store store) {
    Map<String, String> contents = new TreeMap<>();
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery("select relname from pg_class where relnamespace = 'public'::regnamespace"
          + " and relkind = 'r' and relname <> 'flyway_schema_history'")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet row = statement
            .executeQuery("select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text"
                + " collate \"C\")), '') from " + table + " t")) {
          row.next();
          contents.put(table, row.getString(1));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    return contents;
  }

  @Override
  public void close() {
    registry.close();
  }
}
