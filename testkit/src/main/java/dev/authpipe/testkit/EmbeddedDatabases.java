package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Provisioning;
import dev.authpipe.migrations.Store;

/**
 * A real PostgreSQL 18 in a process of its own, with the roles of all stores. Hands out fresh, migrated sets of the three databases by
 * copying a template. For tests and the demo only: passwords are fixed and nothing is encrypted. Thread-safe.
 */
public final class EmbeddedDatabases implements AutoCloseable {
  private static final String PASSWORD = "development";

  private static final class Shared {
    static final EmbeddedDatabases INSTANCE = start();
  }

  private final EmbeddedPostgres postgres;
  private final AtomicInteger sets = new AtomicInteger();
  private final KeptConnection administrator;
  private volatile @Nullable Standby standby;
  private @Nullable Path data;
  private @Nullable ServerControl control;

  private EmbeddedDatabases(EmbeddedPostgres postgres) {
    this.postgres = postgres;
    this.administrator = new KeptConnection(() -> connections("postgres", "postgres"));
  }

  /** The server that all tests of this JVM share; it stops with the JVM. */
  public static EmbeddedDatabases shared() {
    return Shared.INSTANCE;
  }

  /** Starts a server of one's own, which the caller closes. Takes about two seconds. */
  public static EmbeddedDatabases start() {
    return start(Map.of());
  }

  /** Starts one with more settings of the server. */
  public static EmbeddedDatabases start(Map<String, String> settings) {
    try {
      EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPort(FreePorts.next()).setLocaleConfig("locale", "C.UTF-8")
          .setServerConfig("max_connections", "300").setServerConfig("fsync", "off").setServerConfig("full_page_writes", "off");
      settings.forEach(builder::setServerConfig);
      EmbeddedDatabases databases = new EmbeddedDatabases(builder.start());
      databases.prepareTemplates();
      return databases;
    } catch (IOException | SQLException failure) {
      throw new IllegalStateException("the embedded PostgreSQL did not start", failure);
    }
  }

  private void prepareTemplates() throws SQLException {
    for (Store store : Store.values()) {
      String template = store.databaseName() + "_template";
      Provisioning.create(store, postgres.getPostgresDatabase(), template, PASSWORD);
      Migrations.migrate(store, postgres.getDatabase(store.ownerRole(), template));
    }
  }

  /** A fresh, migrated set of the three databases; each comes into being when it is asked for first. */
  public StoreSet create() {
    return new StoreSet(sets.incrementAndGet());
  }

  private void create(Store store, String name) {
    try (Connection connection = administrator.getConnection(); Statement statement = connection.createStatement()) {
      // by files: a fraction of what it costs to log every page of the copy
      statement.execute("create database " + name + " template " + store.databaseName() + "_template owner " + store.ownerRole()
          + " strategy file_copy");
      statement.execute("revoke all on database " + name + " from public");
      Provisioning.letIn(statement, store, name);
    } catch (SQLException failure) {
      throw new IllegalStateException("could not create a database", failure);
    }
  }

  /** Gives the server a standby; databases made so far and from now on are reached wherever the primary is. */
  public Standby withStandby() {
    Standby made = Standby.of(postgres.getPostgresDatabase(), postgres.getPort());
    standby = made;
    return made;
  }

  private DataSource connections(String user, String name) {
    if (standby == null) {
      return postgres.getDatabase(user, name);
    }
    PGSimpleDataSource anywhere = new PGSimpleDataSource();
    anywhere.setURL(url(name));
    anywhere.setUser(user);
    return anywhere;
  }

  private String url(String name) {
    Standby second = standby;
    String here = "jdbc:postgresql://127.0.0.1:" + postgres.getPort();
    return second == null ? here + "/" + name : here + ",127.0.0.1:" + second.port() + "/" + name + "?targetServerType=primary";
  }

  /** The TCP port on loopback. */
  public int port() {
    return postgres.getPort();
  }

  /** Stops the server as an operator would: what is under way ends, nobody is let in. */
  public void stop() {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      data = Path.of(Standby.text(statement, "show data_directory"));
      control = new ServerControl(Path.of(Standby.text(statement, "select setting from pg_config() where name = 'BINDIR'")),
          data.resolveSibling(data.getFileName() + ".control"));
    } catch (SQLException failure) {
      throw new IllegalStateException("the server does not answer", failure);
    }
    Objects.requireNonNull(control).run(Objects.requireNonNull(data), "-m", "fast", "-w", "stop");
  }

  /** Starts it again, with the same options, at the same port. */
  public void startAgain() {
    Path directory = Objects.requireNonNull(data, "it was stopped");
    Objects.requireNonNull(control).run(directory, "-l", directory.resolveSibling(directory.getFileName() + ".log").toString(),
        "-w", "restart");
  }

  /** Stops the server. */
  @Override
  public void close() {
    Standby second = standby;
    if (second != null) {
      second.close();
    }
    letGo(administrator);
    try {
      postgres.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void letGo(KeptConnection kept) {
    try {
      kept.close();
    } catch (SQLException died) {
      return; // with its server
    }
  }

  /** One set of the three databases on the server. */
  public final class StoreSet implements AutoCloseable {
    private final int number;
    private final Map<Store, String> names = new EnumMap<>(Store.class);
    private final Map<Store, KeptConnection> superusers = new EnumMap<>(Store.class);

    private StoreSet(int number) {
      this.number = number;
    }

    private synchronized String name(Store store) {
      return names.computeIfAbsent(store, _ -> {
        String name = store.databaseName() + "_" + number;
        EmbeddedDatabases.this.create(store, name);
        return name;
      });
    }

    /** JDBC URL without credentials. */
    public String jdbcUrl(Store store) {
      return url(name(store));
    }

    /** The password of every owner and application role. */
    public String password() {
      return PASSWORD;
    }

    /** Connections as superuser: for what a test does behind the proxy's back. */
    public synchronized DataSource superuser(Store store) {
      String name = name(store);
      return superusers.computeIfAbsent(store, _ -> new KeptConnection(() -> connections("postgres", name)));
    }

    /** Connections as the owner role. */
    public DataSource owner(Store store) {
      return connections(store.ownerRole(), name(store));
    }

    /** Connections as the application role. */
    public DataSource application(Store store) {
      return connections(store.applicationRole(), name(store));
    }

    /** Connections as the role that reads for backups. */
    public DataSource backup(Store store) {
      return connections(store.backupRole(), name(store));
    }

    /** Ends every connection to the store but the asking one, as an administrator would. */
    public void terminateConnections(Store store) {
      execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name(store)
          + "' and pid <> pg_backend_pid()");
    }

    /** Lets the application role connect, or no longer: with {@link #terminateConnections} an outage of one store. */
    public void allowConnections(Store store, boolean allowed) {
      execute("alter database " + name(store) + " with allow_connections " + allowed);
    }

    /** Copies the files of a store, as a backup of the machine does. Whoever is connected to it is cut off. */
    public void copy(Store store) {
      terminateConnections(store);
      execute("drop database if exists " + name(store) + "_copy with (force)");
      execute("create database " + name(store) + "_copy template " + name(store) + " owner " + store.ownerRole()
          + " strategy file_copy");
    }

    /** Puts the copy in the place of the store, as a restore does. Whoever is connected to it is cut off. */
    public void restore(Store store) {
      execute("drop database " + name(store) + " with (force)");
      execute("create database " + name(store) + " template " + name(store) + "_copy owner " + store.ownerRole()
          + " strategy file_copy");
    }

    /** Drops the databases. */
    @Override
    public synchronized void close() {
      superusers.values().forEach(EmbeddedDatabases::letGo);
      superusers.clear();
      names.values().forEach(name -> execute("drop database if exists " + name + "_copy with (force)"));
      names.values().forEach(name -> execute("drop database if exists " + name + " with (force)"));
    }

    private void execute(String sql) {
      try (Connection connection = administrator.getConnection(); Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException failure) {
        throw new IllegalStateException("administrative statement failed", failure);
      }
    }
  }
}
