package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.authpipe.migrations.Store;

/**
 * A real PgBouncer in transaction mode in front of a PostgreSQL on loopback, with its usual settings and few connections to the server, so that
 * clients have to share them. Ends with the test. Never for anything but tests.
 */
public final class PgBouncer implements AutoCloseable {
  /** What it is told beyond addresses, files and sizes: docs/operations.md says the same. */
  public static final List<String> RULES = List.of("pool_mode = transaction", "ignore_startup_parameters = extra_float_digits",
      "query_wait_timeout = 8");

  private static final Path PROGRAM = Path.of(System.getenv().getOrDefault("PGBOUNCER", "/usr/sbin/pgbouncer"));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final int port;
  private final int serverPort;

  private PgBouncer(Process process, int port, int serverPort) {
    this.process = process;
    this.port = port;
    this.serverPort = serverPort;
  }

  /** Whether the program is here. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /** What to say where it is not. */
  public static String missing() {
    return "PgBouncer is missing: install the package pgbouncer, or name the program in PGBOUNCER";
  }

  /**
   * Starts one in front of the databases of a server.
   *
   * @param connections to the server, for each pair of database and role
   */
  public static PgBouncer inFrontOf(EmbeddedDatabases databases, int connections) {
    try {
      Path directory = ScratchDirectory.create("pgbouncer");
      int port = FreePorts.next();
      StringBuilder users = new StringBuilder();
      for (Store store : Store.values()) {
        for (String role : List.of(store.applicationRole(), store.ownerRole(), store.backupRole())) {
          users.append('"').append(role).append("\" \"\"\n");
        }
      }
      Files.writeString(directory.resolve("users.txt"), users);
      Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), """
          [databases]
          * = host=127.0.0.1 port=%d
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = trust
          auth_file = %s
          max_client_conn = 300
          default_pool_size = %d
          logfile = %s
          %s
          """.formatted(databases.port(), port, directory.resolve("users.txt"), connections, directory.resolve("pgbouncer.log"),
          String.join("\n", RULES)));
      return new PgBouncer(started(directory, settings, port), port, databases.port());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The same database through here. */
  public String through(String jdbcUrl) {
    return jdbcUrl.replace("127.0.0.1:" + serverPort + "/", "127.0.0.1:" + port + "/");
  }

  private static Process started(Path directory, Path settings, int port) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U")); // it refuses to be root
    }
    command.addAll(List.of(PROGRAM.toString(), settings.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile())
        .start();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!answers(port)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IllegalStateException("PgBouncer did not start; see " + directory);
      }
      Thread.onSpinWait();
    }
    return process;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
