package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.proof.ConnectFlow;
import dev.authpipe.proxy.proof.ContractClient;
import dev.authpipe.proxy.proof.ProxyAddresses;
import dev.authpipe.proxy.proof.ProxyProcess;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.link.ScriptedControlPlane;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;
import dev.authpipe.wire.IntegrationId;

/** A proxy whose workspaces come from a control plane on loopback, with the operator's commands, the sandbox provider and one person. */
final class LinkStage implements AutoCloseable {
  static final String WORKSPACE = "wks_01js00000ke008000000000001";
  static final String INTEGRATION = "int_01js00000ke008000000000001";
  static final String REQUEST = "kreq_01js00000ke008000000000001";
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  final ScriptedControlPlane plane;
  final ScriptedAuthorizationServer provider;
  final ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + UUID.randomUUID().toString().replace("-", ""));
  final Path settings;
  private final Clock clock;
  private final LinkTimes times;
  private final OutboxSettings outbox;
  private @Nullable RunningProxy proxy;
  private @Nullable ProxyProcess forked;
  private @Nullable ProxyAddresses addresses;
  private String apiKey = "";

  /** What a command printed. */
  record Ran(int code, String out, String err) {
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  LinkStage(Path directory, String more, OutboxSettings outbox) {
    this(directory, more, outbox, brisk(), Clock.systemUTC(), UnaryOperator.identity());
  }

  /**
   * @param clock   everybody's wall time
   * @param jdbcUrl another way to the stores than the direct one
   */
  LinkStage(Path directory, String more, OutboxSettings outbox, LinkTimes times, Clock clock, UnaryOperator<String> jdbcUrl) {
    this.clock = clock;
    this.times = times;
    this.outbox = outbox;
    this.plane = ScriptedControlPlane.start(clock);
    this.provider = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock));
    settings = ProxyFiles.write(directory, stores, jdbcUrl,
        "data_directory: %s\njobs: {keyset-rotation: 1 s}\ncontrol_plane:\n  url: %s\n  regions: [eu]\n%s".formatted(
            directory.resolve("data"), plane.origin(),
            more));
  }

  /** The times of docs/link-format.md, but for what a test would have to wait for. */
  static LinkTimes brisk() {
    return LinkTimes.usual().with(LinkTime.HOLD, Duration.ZERO).with(LinkTime.DEADLINE, Duration.ofSeconds(3))
        .with(LinkTime.POLL, Duration.ofMillis(100)).with(LinkTime.REPORTS, Duration.ofMillis(100))
        .with(LinkTime.CHECKPOINTS, Duration.ofMillis(100)).with(LinkTime.HEARTBEAT, Duration.ofMillis(300))
        .with(LinkTime.LOOK, Duration.ofMillis(100)).with(LinkTime.STEPS, Duration.ofMillis(500))
        .with(LinkTime.LEAST_PAUSE, Duration.ofMillis(50)).with(LinkTime.MOST_PAUSE, Duration.ofMillis(400));
  }

  /** Enrolled, approved, with a key and running. */
  static LinkStage ready(Path directory, String more) {
    LinkStage stage = new LinkStage(directory, more, new OutboxSettings(100_000, Duration.ofMillis(200)));
    assertThat(stage.enrol().code()).isZero();
    stage.start();
    stage.plane.offer("[" + workspace(integration("c"), "", request()) + "]");
    stage.awaitWaiting(3);
    stage.approveAll();
    stage.register();
    return stage;
  }

  Ran enrol() {
    return run(plane.enrolmentCode(), "enrol");
  }

  RunningProxy start() {
    RunningProxy running = RunningProxy.start(settings, standIns(),
        Map.of(ProxyBeans.LINK_TIMES, times, ProxyBeans.OUTBOX, outbox), clock);
    proxy = running;
    addresses = new ProxyAddresses(running.api(), running.connect(), running.api());
    return running;
  }

  /** Starts one in a process of its own, which may be killed. */
  void fork() {
    ProxyProcess running = ProxyProcess.start(settings, standIns(), true);
    forked = running;
    addresses = running.addresses();
  }

  /** SIGKILL for the process that was forked. */
  void kill() {
    if (forked != null) {
      forked.kill();
      forked = null;
    }
  }

  boolean isForked() {
    return forked != null;
  }

  private Map<URI, URI> standIns() {
    return Map.of(URI.create("https://sandbox.invalid"), URI.create(provider.issuer()));
  }

  ProxyAddresses addresses() {
    return Objects.requireNonNull(addresses);
  }

  void restart() {
    restart(true);
  }

  void restart(boolean registered) {
    proxy().close();
    start();
    if (registered) {
      register();
    }
  }

  RunningProxy proxy() {
    return Objects.requireNonNull(proxy);
  }

  /** Approves everything; the API key that comes of it is the application's from then on. */
  Ran approveAll() {
    Ran ran = run("", "approve", "--all", "--json");
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    for (JsonNode one : ran.json().path("data")) {
      if (one.has("api_key")) {
        apiKey = one.path("api_key").asText();
      }
    }
    if (proxy != null) {
      await().atMost(PATIENCE)
          .until(() -> proxy().bean(Configuration.class).integration(IntegrationId.parse(INTEGRATION)).isPresent());
    }
    return ran;
  }

  /** The client secret at the proxy, the redirect address at the provider. */
  void register() {
    application().send("PUT", "/v1/integrations/sandbox/client-secret", Map.of("client_secret", clientSecret.reveal()))
        .expect(200);
    provider.registerClient(new RegisteredClient("c", "acme", new ClientAuthentication.Basic(clientSecret),
        Set.of(addresses().connect() + "/callback/" + INTEGRATION)));
  }

  void awaitWaiting(long changes) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(number("select count_waiting_changes()")).isEqualTo(changes));
  }

  ContractClient application() {
    return new ContractClient(addresses().api(), apiKey);
  }

  String apiKey() {
    return apiKey;
  }

  /** The application goes on with a key that it had. */
  void apiKey(String before) {
    apiKey = before;
  }

  String connect(String endUser) {
    try (ConnectFlow flow = new ConnectFlow(application(), addresses().connect(), endUser)) {
      return flow.connect("sandbox");
    }
  }

  Ran run(String in, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(List.of("--config", settings.toString()));
    int code = AuthpipeCommand.run(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments.toArray(new String[0]));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  void sql(String statement) {
    sql(Store.VAULT, statement);
  }

  void sql(Store store, String statement) {
    try (Connection connection = stores.superuser(store).getConnection(); Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  long number(String query) {
    return Long.parseLong(column(Store.VAULT, query).getFirst());
  }

  /** The first column of what a query finds. */
  List<String> column(Store store, String query) {
    List<String> all = new ArrayList<>();
    try (Connection connection = stores.superuser(store).getConnection();
        Statement sql = connection.createStatement();
        ResultSet found = sql.executeQuery(query)) {
      while (found.next()) {
        all.add(found.getString(1));
      }
      return all;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static String workspace(String integrations, String keys, String requests) {
    return """
        {"id":"%s","name":"acme","region":"eu","retention_days":30,"strict_audit":false,"integrations":[%s],"api_keys":[%s],"api_key_requests":[%s]}"""
        .formatted(WORKSPACE, integrations, keys, requests);
  }

  static String integration(String clientId) {
    return """
        {"id":"%s","slug":"sandbox","provider":"sandbox","client_id":"%s","scopes":["profile","issues:read"],"return_urls":["https://app.example.com/connected"],"params":{},"application_name":"Acme","proxy_only":false,"disabled":false,"note":""}"""
        .formatted(INTEGRATION, clientId);
  }

  static String request() {
    return """
        {"id":"%s","name":"back end","scopes":["connect","connections:read","connections:write","tokens:read","proxy","refresh","subjects:erase","config:write"]}"""
        .formatted(REQUEST);
  }

  static String key(String id, String members) {
    return "{\"id\":\"" + id + "\"," + members + "}";
  }

  @Override
  public void close() {
    if (proxy != null) {
      proxy.close();
    }
    kill();
    plane.close();
    provider.close();
    stores.close();
  }
}
