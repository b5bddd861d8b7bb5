package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

/**
 * A second PostgreSQL that streams from the first and can take over: made by the low-level backup functions, since the embedded binaries have no
 * {@code pg_basebackup}. For tests only.
 */
public final class Standby implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path binaries;
  private final Path primaryData;
  private final Path data;
  private final int primaryPort;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Standby(Path binaries, Path primaryData, Path data, int primaryPort, int port) {
    this.binaries = binaries;
    this.primaryData = primaryData;
    this.data = data;
    this.primaryPort = primaryPort;
    this.port = port;
  }

  /** Copies a running server and lets the copy stream from it. */
  static Standby of(DataSource superuser, int primaryPort) {
    try (Connection connection = superuser.getConnection(); Statement statement = connection.createStatement()) {
      Path binaries = Path.of(text(statement, "select setting from pg_config() where name = 'BINDIR'"));
      Path primaryData = Path.of(text(statement, "show data_directory"));
      Path data = ScratchDirectory.create("standby").resolve("data");
      Standby standby = new Standby(binaries, primaryData, data, primaryPort, FreePorts.next());
      statement.execute("select pg_backup_start('standby', true)");
      standby.copy();
      Files.writeString(data.resolve("backup_label"), text(statement, "select labelfile from pg_backup_stop()"));
      Files.createFile(data.resolve("standby.signal"));
      Files.writeString(data.resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port=" + primaryPort
              + " user=postgres application_name=standby'\nmax_connections = "
              + text(statement, "show max_connections") + "\nfsync = off\n",
          StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      standby.control(data, "-o", "-p " + standby.port, "-l", data.resolveSibling("log").toString(), "-w", "start");
      standby.awaitCaughtUp();
      return standby;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (SQLException failure) {
      throw new IllegalStateException("no standby could be made", failure);
    }
  }

  /** The TCP port on loopback. */
  public int port() {
    return port;
  }

  /** Waits until it has everything that the primary committed so far; the embedded server acknowledges commits before it writes them. */
  public void awaitCaughtUp() {
    run(primaryPort, "set synchronous_commit = 'local'; select pg_logical_emit_message(true, 'written', '')");
    String primary = ask(primaryPort, "select pg_current_wal_flush_lsn()::text");
    await("select pg_last_wal_receive_lsn() >= '" + primary + "'::pg_lsn");
  }

  /** From now on commits of sessions that begin on the primary wait until it has them. */
  public void makeSynchronous() {
    run(primaryPort, "alter role all set synchronous_commit = 'on'"); // the embedded server is started without
    run(primaryPort, "alter system set synchronous_standby_names = 'standby'");
    run(primaryPort, "select pg_reload_conf()");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!"sync".equals(ask(primaryPort, "select coalesce(max(sync_state), 'none') from pg_stat_replication"))) {
      pause(deadline, "it did not become synchronous");
    }
  }

  /** From now on it receives nothing: what the primary commits is lost with the primary. */
  public void cutOff() {
    run(port, "alter system set primary_conninfo = ''");
    run(port, "select pg_reload_conf()");
    await("select count(*) = 0 from pg_stat_wal_receiver");
  }

  /** The primary dies at once, and the standby takes its place. */
  public void takeOver() {
    control(primaryData, "-m", "immediate", "-w", "stop");
    run(port, "select pg_promote(true, 60)");
    await("select not pg_is_in_recovery()");
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      control(data, "-m", "immediate", "-w", "stop");
    }
  }

  private void copy() throws IOException {
    Files.walkFileTree(primaryData, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        Path to = data.resolve(primaryData.relativize(directory).toString());
        Files.createDirectories(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Path relative = primaryData.relativize(file);
        if (!relative.toString().startsWith("postmaster.") && !relative.startsWith("pg_wal")) {
          Files.copy(file, data.resolve(relative.toString()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException gone) {
        return FileVisitResult.CONTINUE; // a file of the running server that was removed meanwhile
      }
    });
  }

  /** PostgreSQL refuses to run as root: then it runs in a user namespace. */
  private void control(Path directory, String... arguments) {
    new ServerControl(binaries, data.resolveSibling("control")).run(directory, arguments);
  }

  private void await(String condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!"t".equals(ask(port, condition))) {
      pause(deadline, condition);
    }
  }

  private static void pause(long deadline, String what) {
    if (System.nanoTime() - deadline > 0) {
      throw new IllegalStateException("the standby: " + what);
    }
    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
  }

  private static String ask(int port, String sql) {
    try (Connection connection = connect(port); Statement statement = connection.createStatement()) {
      return text(statement, sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  private static void run(int port, String sql) {
    try (Connection connection = connect(port); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  private static Connection connect(int port) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
  }

  static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }
}
