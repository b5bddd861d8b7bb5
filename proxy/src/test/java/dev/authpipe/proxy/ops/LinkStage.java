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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.proof.ConnectFlow;
import dev.authpipe.proxy.proof.ContractClient;
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
  final ScriptedControlPlane plane = ScriptedControlPlane.start();
  final ScriptedAuthorizationServer provider = ScriptedAuthorizationServer
      .start(new AuthorizationServerSettings(Clock.systemUTC()));
  final ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + java.util.UUID.randomUUID().toString().replace("-", ""));
  final Path settings;
  private final OutboxSettings outbox;
  private @Nullable RunningProxy proxy;
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
    this.outbox = outbox;
    settings = ProxyFiles.write(directory, stores,
        "data_directory: %s\ncontrol_plane:\n  url: %s\n  regions: [eu]\n%s".formatted(directory.resolve("data"), plane.origin(),
            more));
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
    RunningProxy running = RunningProxy.start(settings,
        Map.of(URI.create("https://sandbox.invalid"), URI.create(provider.issuer())),
        Map.of(ProxyBeans.LINK_TIMES,
            new LinkTimes(Duration.ZERO, Duration.ofSeconds(3), Duration.ofMillis(100), Duration.ofMillis(100),
                Duration.ofMillis(100), Duration.ofMillis(300),
                Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(400)),
            ProxyBeans.OUTBOX, outbox));
    proxy = running;
    return running;
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
  void approveAll() {
    Ran ran = run("", "approve", "--all", "--json");
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    for (JsonNode one : ran.json().path("data")) {
      if (one.has("api_key")) {
        apiKey = one.path("api_key").asText();
      }
    }
    await().atMost(PATIENCE)
        .until(() -> proxy().bean(Configuration.class).integration(IntegrationId.parse(INTEGRATION)).isPresent());
  }

  /** The client secret at the proxy, the redirect address at the provider. */
  void register() {
    application().send("PUT", "/v1/integrations/sandbox/client-secret", Map.of("client_secret", clientSecret.reveal()))
        .expect(200);
    provider.registerClient(new RegisteredClient("c", "acme", new ClientAuthentication.Basic(clientSecret),
        Set.of(proxy().connect() + "/callback/" + INTEGRATION)));
  }

  void awaitWaiting(long changes) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(proxy().bean(Approvals.class).count()).isEqualTo(changes));
  }

  ContractClient application() {
    return new ContractClient(proxy().api(), apiKey);
  }

  String apiKey() {
    return apiKey;
  }

  /** The application goes on with a key that it had. */
  void apiKey(String before) {
    apiKey = before;
  }

  String connect(String endUser) {
    try (ConnectFlow flow = new ConnectFlow(application(), proxy().connect(), endUser)) {
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
    try (Connection connection = stores.superuser(Store.VAULT).getConnection(); Statement sql = connection.createStatement()) {
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
    plane.close();
    provider.close();
    stores.close();
  }
}
