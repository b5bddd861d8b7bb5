package dev.authpipe.proxy.proof;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import org.awaitility.Awaitility;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.kms.AwsKms;
import dev.authpipe.testkit.kms.KmsKey;

/**
 * Two replicas whose KEKs are partly in AWS KMS: those of the deployment are files, and a customer has keys of its own there. The ticker of
 * both is the test's.
 */
final class KekStage implements AutoCloseable {
  /** Names of KEKs in AWS KMS. */
  static final List<String> REMOTE = List.of("acme-key", "acme-next", "acme-secrets");

  private final AtomicLong ahead = new AtomicLong();
  private final Ticker ticker = () -> Ticker.systemTicker().read() + ahead.get();
  private final List<ProxyServer> servers = new ArrayList<>();
  final AwsKms kms = AwsKms.start("eu-central-1");
  final ProofDeployment deployment;
  private final Map<String, KmsKey> keys = new HashMap<>();
  final Path settings;
  final ContractClient application;
  final ContractClient stranger;

  /** What a command said. */
  record Ran(int code, String out, String err) {}

  KekStage() {
    deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", UnaryOperator.identity(), ProofDeployment.Extras.NONE);
    AwsKms.Credentials credentials = kms.credentials(false);
    write("aws", "[default]\naws_access_key_id = " + credentials.accessKeyId() + "\naws_secret_access_key = "
        + credentials.secret() + "\n");
    REMOTE.forEach(name -> keys.put(name, kms.key(name)));
    settings = settings(deployment.settings());
    for (Path file : List.of(settings, settings(deployment.settings()))) {
      servers.add(ProxyServer.start(file, new ProxyOptions(deployment.standIns(), null, ticker, Map.of())));
    }
    run("kek", "status"); // the first call of an SDK takes seconds on a busy machine, and each call has five
    application = caller(ProofDeployment.OWN);
    stranger = caller(ProofDeployment.FOREIGN);
  }

  private Path settings(Path file) {
    StringBuilder keks = new StringBuilder();
    keys.forEach(
        (name, key) -> keks.append(", %s: {kind: aws-kms, key: \"%s\", endpoint: \"%s\", credentials_file: aws}".formatted(name,
            key.name(), kms.origin())));
    try {
      return Files.writeString(file,
          Files.readString(file).replace("keys:\n", "keys:\n  vault_next: acme-key\n").replace(
              "client-secrets: {file: client-secrets.kek}",
              "client-secrets: {file: client-secrets.kek}" + keks));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void write(String name, String text) {
    try {
      Files.writeString(deployment.directory().resolve(name), text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Writes something else into the settings of the first replica, which go on as they were. */
  void settingsSay(String instead, String text) {
    try {
      Files.writeString(settings, Files.readString(settings).replace(instead, text));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The key in AWS KMS that a KEK is. */
  KmsKey key(String name) {
    return Objects.requireNonNull(keys.get(name));
  }

  private ContractClient caller(String workspace) {
    String apiKey = new ApiKeyFactory(settings).create(workspace, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    return new ContractClient(servers.getFirst().api(), apiKey);
  }

  /** The same caller at the second replica. */
  ContractClient second(ContractClient caller) {
    return caller.at(servers.getLast().api());
  }

  /** Connections that are an API key each. */
  List<String> connections(ContractClient caller, int count) {
    String apiKey = deployment.provider().createApiKey(deployment.provider().accounts().getFirst()).reveal();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(caller.send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user",
          Map.of("id", "keyed-" + ConnectFlow.random()), "credential", Map.of("type", "api_key", "api_key", apiKey))).expect(201)
          .json()
          .path("id").asText());
    }
    return ids;
  }

  /** A download through the proxy that goes on until it is cut. */
  static SlowStream stream(ContractClient caller, String connection) {
    return new SlowStream(caller, connection);
  }

  /**
   * What a proxied call is answered with. A jump of the ticker while calls are being written to the audit log looks like a write that has been
   * hanging for long: until that one is done, the caller is refused (S42) and asks again. No other refusal is forgiven.
   */
  static ContractAnswer call(ContractClient caller, String connection) {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20))
        .until(() -> caller.proxied(connection, "/me"),
            answer -> answer.status() == 200 || !answer.code().equals("audit_unavailable"));
  }

  /** Lets time pass at both replicas, for keys and caches. */
  void advance(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", settings.toString()));
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), all.toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** One column of a query, as the superuser. */
  List<String> column(Store store, String sql) {
    List<String> column = new ArrayList<>();
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Runs a statement as the superuser. */
  void execute(Store store, String sql) {
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    servers.forEach(ProxyServer::close);
    deployment.close();
    kms.close();
  }
}
