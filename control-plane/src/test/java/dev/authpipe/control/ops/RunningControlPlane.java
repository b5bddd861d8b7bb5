package dev.authpipe.control.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.StoreSettings;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.ScratchDirectory;
import dev.authpipe.wire.WorkspaceId;

/** A whole control plane over real HTTP on the PostgreSQL that tests share, with elapsed time that a test can move. */
public final class RunningControlPlane {
  private static final class Shared {
    static final RunningControlPlane INSTANCE = new RunningControlPlane("", null, 0);
  }

  private static final class Replica {
    static final ApplicationContext CONTEXT = ControlPlane.context(ControlSettings.read(shared().settings, Map.of()),
        ControlOptions.NONE);
  }

  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private final AtomicLong moved = new AtomicLong();
  private final Path settings;
  private final ControlPlane plane;

  private RunningControlPlane(String more, @Nullable Clock clock, int port) {
    this.settings = port == 0 ? settings(stores, more) : atPort(settings(stores, more), port);
    this.plane = ControlPlane.start(settings, new ControlOptions(clock, () -> System.nanoTime() + moved.get(), Map.of()));
  }

  /** The one that all tests of this JVM share; it stops with the JVM. */
  public static RunningControlPlane shared() {
    return Shared.INSTANCE;
  }

  /**
   * One of its own; it stops with the JVM.
   *
   * @param more  further settings
   * @param clock wall time; null: the system's
   * @param port  of the dashboard listener; 0: any
   */
  public static RunningControlPlane start(String more, @Nullable Clock clock, int port) {
    return new RunningControlPlane(more, clock, port);
  }

  private static Path atPort(Path settings, int port) {
    try {
      return Files.writeString(settings,
          Files.readString(settings).replaceFirst("dashboard: \\{port: \\d+", "dashboard: {port: " + port));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A settings file for a set of stores, on free ports. */
  static Path settings(EmbeddedDatabases.StoreSet stores, String more) {
    List<Integer> ports = FreePorts.next(3);
    try {
      Path directory = ScratchDirectory.create("control-plane");
      Files.writeString(directory.resolve("store.password"), stores.password());
      LinkClient.Key.create().write(directory.resolve("link.p12"), "development");
      Files.writeString(directory.resolve("link.password"), "development");
      Files.writeString(directory.resolve("sealing.key"), Base64.getEncoder().encodeToString(new byte[32]));
      return Files.writeString(directory.resolve("control-plane.yaml"), """
          mode: development
          listeners:
            dashboard: {port: %d}
            link: {port: %d}
            management: {port: %d}
          store:
            url: %s
            password: {file: store.password}
            pool_size: 8
          link: {key_store: link.p12, key_store_password: {file: link.password}, sealing_key: {file: sealing.key}}
          workspaces:
            regions: [eu, us]
          log: {level: warn}
          shutdown: {drain: 1 s}
          %s
          """.formatted(ports.get(0), ports.get(1), ports.get(2), stores.jdbcUrl(Store.CONTROL), more));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A bean of a second replica on the same store, for what no route reaches. */
  public <T> T bean(Class<T> type) {
    return Replica.CONTEXT.getBean(type);
  }

  public URI dashboard() {
    return plane.dashboard();
  }

  /** Where proxies connect. */
  public URI link() {
    return plane.link().orElseThrow();
  }

  public URI management() {
    return plane.management();
  }

  public Path settings() {
    return settings;
  }

  /** Moves elapsed time, and with it the limits. */
  public void move(Duration step) {
    moved.addAndGet(step.toNanos());
  }

  /** Nobody in particular. Its calls never meet the limit of an address. */
  public ControlClient anonymous() {
    return new ControlClient(this, null);
  }

  /** A new person who is a member of nothing. */
  public ControlClient person() {
    UUID id = UUID.randomUUID();
    asSuperuser(
        "insert into person (person_id, email, email_key, display_name, verified_at, created_at) values ('" + id + "', '" + id
            + "@example.test', '" + id + "@example.test', 'Somebody', now(), now())");
    return new ControlClient(this, new ControlClient.Person(id, Map.of()));
  }

  /** A new proxy that nobody knows. */
  public LinkClient proxy() {
    return new LinkClient(link(), LinkClient.Key.create());
  }

  /** A new proxy, enrolled as a data plane at home in a workspace. */
  public LinkClient enrolled(String workspace) {
    return enrolled(workspace, LinkClient.CHECKPOINT_KEY);
  }

  /** As the other, with a key of one's own for checkpoints. */
  LinkClient enrolled(String workspace, String checkpointKey) {
    LinkClient proxy = proxy();
    JsonNode created = member(workspace, Role.OWNER)
        .send("POST", "/api/v1/workspaces/" + workspace + "/data-planes", "{\"name\":\"north\"}").expect(201).json();
    move(Duration.ofSeconds(4)); // what one enrolment takes from the limit of this address comes back
    proxy.enrol(created.path("enrolment_code").asText(), checkpointKey);
    return proxy;
  }

  /** A new person with a role in a workspace. */
  public ControlClient member(String workspace, Role role) {
    return person().as(workspace, role);
  }

  void join(UUID person, String workspace, Role role) {
    asSuperuser("insert into member (workspace_id, person_id, role, joined_at) values ('" + WorkspaceId.parse(workspace).value()
        + "', '" + person + "', '" + role.word()
        + "', now()) on conflict (workspace_id, person_id) do update set role = excluded.role");
  }

  /** Makes a workspace and returns its id. */
  public String workspace() {
    String name = "w" + UUID.randomUUID();
    return person().send("POST", "/api/v1/workspaces", "{\"name\":\"" + name + "\"}").expect(201).json().path("id").asText();
  }

  /** A pool of one's own on the same store. */
  public Database openDatabase() {
    return new Database(new StoreSettings(stores.jdbcUrl(Store.CONTROL), null, Store.CONTROL.applicationRole(),
        () -> SecretText.of(stores.password()), 4, Duration.ofSeconds(2), Duration.ofSeconds(10)));
  }

  public EmbeddedDatabases.StoreSet stores() {
    return stores;
  }

  /** Runs SQL as superuser and answers the first column, in text. */
  public List<String> asSuperuser(String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = stores.superuser(Store.CONTROL).getConnection();
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
      return values;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
