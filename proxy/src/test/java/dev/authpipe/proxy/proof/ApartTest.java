package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.Thief;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.envelope.aws.AwsKek;
import dev.authpipe.proxy.envelope.aws.AwsKekSettings;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.StoreDump;
import dev.authpipe.testkit.kms.AwsKms;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.wire.WorkspaceId;

/**
 * The two stores of the proxy are apart: whoever has one of them whole, with its roles and the use of its KEK, has nothing of the other, even with
 * the other's rows in hand. Each search and each attempt counts only because it finds, or opens, what it may.
 */
@Tag("S1")
@Tag("S4")
class ApartTest {
  private static EmbeddedDatabases server;
  private static AwsKms kms;
  private static Map<String, KmsKey> keys = Map.of();
  private static ProofDeployment deployment;
  private static RunningProxy proxy;
  private static final CanaryText SECRET = CanaryText.random(new SecureRandom());
  private static final CanaryText NEXT = CanaryText.random(new SecureRandom());
  private static final CanaryText PROVIDED = CanaryText.random(new SecureRandom());
  private static String apiKey = "";
  private static String entryLink = "";
  private static String accessToken = "";
  private static String firstSegment = "";

  /** A sealed record and where it belongs. */
  @SuppressWarnings("ArrayRecordComponent") // is never compared as a whole
  private record Loot(String store, dev.authpipe.proxy.envelope.RecordContext place, byte[] sealed) {}

  private static List<Loot> loot = new ArrayList<>();

  @BeforeAll
  static void run() throws Exception {
    server = EmbeddedDatabases.start();
    kms = AwsKms.start("eu-central-1");
    keys = Map.of("main", kms.key("main"), "client-secrets", kms.key("client-secrets"));
    deployment = ProofDeployment.create(server, settings -> settings.canary(PROVIDED),
        ConcealedText.of("sbx_secret_" + SECRET.text()), "", UnaryOperator.identity(), ProofDeployment.Extras.NONE);
    AwsKms.Credentials credentials = kms.credentials(false);
    Files.writeString(deployment.directory().resolve("aws"), "[default]\naws_access_key_id = " + credentials.accessKeyId()
        + "\naws_secret_access_key = " + credentials.secret() + "\n");
    Path settings = deployment.settings();
    Files.writeString(settings, Files.readString(settings).replace("main: {file: main.kek}", "main: " + inKms("main"))
        .replace("client-secrets: {file: client-secrets.kek}", "client-secrets: " + inKms("client-secrets")));
    warmUp();
    firstSegment = segment();
    proxy = RunningProxy.start(settings, deployment.standIns());
    use(settings);
    for (SealedRows rows : proxy.beans(SealedRows.class)) {
      for (WorkspaceId workspace : workspaces()) {
        database(rows.store()).run(workspace,
            tx -> rows.each(tx, (place, sealed) -> loot.add(new Loot(rows.store(), place, sealed))));
      }
    }
  }

  private static String inKms(String name) {
    return "{kind: aws-kms, key: \"%s\", endpoint: \"%s\", credentials_file: aws}".formatted(key(name).name(), kms.origin());
  }

  /** The first call loads the SDK, which on a busy machine takes longer than a start gives a KEK. */
  private static void warmUp() {
    try (AwsKek kek = kek(key("main"), Duration.ofMinutes(1)); SecretBytes nothing = SecretBytes.taking(new byte[16])) {
      kek.wrap(nothing, new WrapContext("warm-up", "test", null, 1));
    }
  }

  private static KmsKey key(String name) {
    return Objects.requireNonNull(keys.get(name));
  }

  /** People connect, a client secret is rotated with overlap, a key pair and a link are made. */
  private static void use(Path settings) throws Exception {
    apiKey = new ApiKeyFactory(settings).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    ContractClient application = new ContractClient(proxy.api(), apiKey);
    deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
        proxy.connect());
    String connection = new ConnectFlow(application, proxy.connect(), "somebody").connect("sandbox-strict");
    application.send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    accessToken = application.accessToken(connection).expect(200).json().path("access_token").asText();
    application.send("PUT", "/v1/integrations/sandbox/client-secret",
        Map.of("client_secret", "sbx_secret_" + NEXT.text(), "previous_valid_seconds", 3600)).expect(200);
    String url = application.send("POST", "/v1/integrations/sandbox/client-secret-entries", Map.of()).expect(201).json()
        .path("entry_url").asText();
    entryLink = URI.create(url).getRawFragment().substring(31);
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    deployment.close();
    kms.close();
    server.close();
  }

  @Test
  void theRolesOfOneStoreDoNotReachTheOther() {
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      Store other = store == Store.VAULT ? Store.CLIENT_SECRETS : Store.VAULT;
      for (String role : List.of(store.ownerRole(), store.applicationRole())) {
        assertThatThrownBy(() -> {
          try (Connection connection = DriverManager.getConnection(deployment.stores().jdbcUrl(other), role,
              deployment.stores().password())) {
            throw new AssertionError(connection + " was made by " + role);
          }
        }).as("%s at %s", role, other).isInstanceOf(SQLException.class).hasMessageContaining("permission denied for database");
        for (String way : List.of("set role " + other.applicationRole(), "set role " + other.ownerRole(),
            "grant " + other.applicationRole() + " to " + role, "alter role " + other.applicationRole() + " password 'mine'",
            "create extension dblink", "create extension postgres_fdw", "copy (select 1) to program 'true'",
            "select pg_read_file('PG_VERSION')", "alter database " + name(other) + " owner to " + role)) {
          assertThatThrownBy(() -> execute(store, role, way)).as("%s: %s", role, way).isInstanceOf(SQLException.class)
              .hasMessageFindingMatch("permission denied|must be (superuser|owner|member)|only roles with");
        }
      }
    }
  }

  @Test
  void theKekOfTheVaultOpensNoClientSecretThoughAllRowsAreInHand() {
    KmsKey key = key("main");
    int calls = key.calls();
    try (AwsKek kek = kek(key)) {
      Thief thief = thief(kek);
      assertThat(keysets(Store.VAULT, "workspace_id::text", "keyset_version", "workspace_keyset"))
          .allSatisfy(row -> assertThat(row.givenTo(thief)).as("its own").isTrue());
      assertThat(keysets(Store.VAULT, "null::text", "key_version", "deployment_key"))
          .allSatisfy(row -> assertThat(row.givenTo(thief)).as("its own").isTrue());
      assertThat(thief.others()).as("to hash, to sign and to prove authority").isEqualTo(4);
      assertThat(keysets(Store.CLIENT_SECRETS, "workspace_id::text", "keyset_version", "client_keyset")).isNotEmpty()
          .allSatisfy(row -> assertThat(row.givenTo(thief)).isFalse());
      assertThat(key.calls()).as("the key itself was asked").isGreaterThan(calls + thief.refusals() / 2);
      assertThat(opened(thief, "client_secrets")).as("client secrets and those before them").isEmpty();
      List<byte[]> mine = opened(thief, "vault");
      assertThat(mine).hasSize((int) loot.stream().filter(one -> one.store().equals("vault")).count());
      assertThat(mine).anySatisfy(plain -> assertThat(CanaryText.of(accessToken).search(plain)).isNotEmpty());
      mine.forEach(plain -> List.of(SECRET, NEXT, CanaryText.of(entryLink))
          .forEach(canary -> assertThat(canary.search(plain)).isEmpty()));
    }
  }

  @Test
  void theKekOfTheClientSecretsOpensNoCredentialAndNoKeyOfTheDeploymentThoughAllRowsAreInHand() {
    try (AwsKek kek = kek(key("client-secrets"))) {
      Thief thief = thief(kek);
      assertThat(keysets(Store.CLIENT_SECRETS, "workspace_id::text", "keyset_version", "client_keyset"))
          .allSatisfy(row -> assertThat(row.givenTo(thief)).as("its own").isTrue());
      assertThat(keysets(Store.VAULT, "workspace_id::text", "keyset_version", "workspace_keyset")).isNotEmpty()
          .allSatisfy(row -> assertThat(row.givenTo(thief)).isFalse());
      assertThat(keysets(Store.VAULT, "null::text", "key_version", "deployment_key"))
          .as("hashes API keys, signs authority, hashes links, signs the log").hasSize(4)
          .allSatisfy(row -> assertThat(row.givenTo(thief)).isFalse());
      assertThat(opened(thief, "vault")).as("credentials and what is owed").isEmpty();
      List<byte[]> mine = opened(thief, "client_secrets");
      assertThat(mine).hasSize((int) loot.stream().filter(one -> one.store().equals("client_secrets")).count());
      assertThat(mine).anySatisfy(plain -> assertThat(SECRET.search(plain)).isNotEmpty())
          .anySatisfy(plain -> assertThat(NEXT.search(plain)).isNotEmpty());
      mine.forEach(plain -> List.of(PROVIDED, CanaryText.of(apiKey), CanaryText.of(entryLink))
          .forEach(canary -> assertThat(canary.search(plain)).isEmpty()));
    }
  }

  @Test
  void nothingOfEitherStandsInRowsFilesOrTheWriteAheadLog() throws IOException {
    List<CanaryText> canaries = List.of(SECRET, NEXT, PROVIDED, CanaryText.of(apiKey), CanaryText.of(entryLink));
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      byte[] rows = StoreDump.rows(deployment.stores().superuser(store));
      Path files = StoreDump.databaseDirectory(deployment.stores().superuser(store));
      CanaryText stands = CanaryText.of(store == Store.VAULT ? "connection.created" : "client_secret.rotated");
      assertThat(stands.search(rows)).isNotEmpty();
      assertThat(stands.search(files)).isNotEmpty();
      for (CanaryText canary : canaries) {
        assertThat(canary.search(rows)).as("%s", store).isEmpty();
        assertThat(canary.search(files)).as("%s", store).isEmpty();
      }
    }
    List<Path> log = segments();
    for (String stands : List.of("connection.created", "client_secret.rotated")) {
      assertThat(log).as("of both").anySatisfy(segment -> assertThat(CanaryText.of(stands).search(segment)).isNotEmpty());
    }
    canaries.forEach(canary -> assertThat(log).allSatisfy(segment -> assertThat(canary.search(segment)).isEmpty()));
  }

  /** What was written ahead since the deployment was used first. */
  private static List<Path> segments() throws IOException {
    String last = segment();
    try (Stream<Path> files = Files.list(StoreDump.writeAheadLog(deployment.stores().superuser(Store.VAULT)))) {
      List<Path> segments = files.filter(file -> {
        String name = file.getFileName().toString();
        return name.matches("[0-9A-F]{24}") && name.compareTo(firstSegment) >= 0 && name.compareTo(last) <= 0;
      }).toList();
      assertThat(segments).as("none was recycled").anySatisfy(file -> assertThat(file).hasFileName(firstSegment));
      return segments;
    }
  }

  private static String segment() {
    try (Connection connection = deployment.stores().superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_walfile_name(pg_current_wal_lsn())")) {
      row.next();
      return row.getString(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A wrapped keyset as its row has it. */
  @SuppressWarnings("ArrayRecordComponent") // is never compared as a whole
  private record Wrapped(@Nullable WorkspaceId workspace, int version, byte[] bytes) {
    boolean givenTo(Thief thief) {
      return thief.unwraps(workspace, version, bytes);
    }
  }

  private static List<Wrapped> keysets(Store store, String workspace, String version, String table) {
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement
            .executeQuery("select " + workspace + ", " + version + ", wrapped from " + table + " where length(wrapped) > 0")) {
      List<Wrapped> found = new ArrayList<>();
      while (rows.next()) {
        String id = rows.getString(1);
        found.add(new Wrapped(id == null ? null : new WorkspaceId(UUID.fromString(id)), rows.getInt(2), rows.getBytes(3)));
      }
      return found;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** What a thief opens of the records of a store. */
  private static List<byte[]> opened(Thief thief, String store) {
    return loot.stream().filter(one -> one.store().equals(store)).map(one -> thief.opens(one.place(), one.sealed()))
        .flatMap(Optional::stream).toList();
  }

  private static Thief thief(AwsKek kek) {
    return new Thief(kek, proxy.bean(EnvelopeSettings.class).deployment());
  }

  private static AwsKek kek(KmsKey key) {
    return kek(key, Duration.ofSeconds(30));
  }

  private static AwsKek kek(KmsKey key, Duration deadline) {
    return new AwsKek("stolen", new AwsKekSettings(key.name(), kms.region(), kms.origin(), deployment.directory().resolve("aws")),
        deadline);
  }

  private static List<WorkspaceId> workspaces() {
    return proxy.bean(Configuration.class).workspaces().stream().map(dev.authpipe.proxy.catalog.Workspace::id).toList();
  }

  private static Database database(String store) {
    return store.equals("vault") ? proxy.bean(VaultDatabase.class) : proxy.bean(ClientSecretsDatabase.class);
  }

  private static String name(Store store) {
    String url = deployment.stores().jdbcUrl(store);
    return url.substring(url.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
  }

  private static void execute(Store store, String role, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(deployment.stores().jdbcUrl(store), role,
        deployment.stores().password()); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
