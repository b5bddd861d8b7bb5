package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;
import dev.authpipe.testkit.kms.TransitServer;

/** The command {@code kek rotate}, under keys whose server names versions: which keysets it reaches, and what it says. */
@Tag("S6")
class KekRotateCommandTest {
  @TempDir
  Path directory;
  private final TransitServer server = TransitServer.start("transit", "", null);
  private final KmsKey main = server.key("main");
  private final KmsKey clientSecrets = server.key("client-secrets");
  private EmbeddedDatabases.StoreSet stores;
  private Path settings;

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    stores = EmbeddedDatabases.shared().create();
    settings = ProxyFiles.write(directory, stores, """
        workspaces:
          - {name: acme}
          - {name: globex}
          - {name: initech, kek: here}
        """);
    Files.writeString(directory.resolve("token"), server.token());
    Files.writeString(settings,
        Files.readString(settings).replace("main: {file: main.kek}", kek("main") + "\n    here: {file: main.kek}")
            .replace("client-secrets: {file: client-secrets.kek}", kek("client-secrets")));
    Ran first = run("dek", "status"); // makes the keysets
    assertThat(first.code()).as(first.err()).isZero();
  }

  private String kek(String name) {
    return "%1$s: {kind: transit, address: \"%2$s\", key: %1$s, token: {file: token}}".formatted(name, server.origin());
  }

  @AfterEach
  void stop() {
    stores.close();
    server.close();
  }

  private Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = settings.toString();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), all);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private String text(Store store, String sql) {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void everyKeysetUnderTheKeysIsWrappedByTheirNewestVersionAndTheEarlierOnesCanGo() {
    Ran never = run("kek", "status", "--versions");
    assertThat(never.out()).containsPattern("main +transit +6 +never +works; none is under an earlier version of the key")
        .containsPattern("client-secrets +transit +3 +never").containsPattern("here +local +1 +never +works\\R");
    main.rotate();
    clientSecrets.rotate();
    assertThat(run("kek", "status", "--versions").out())
        .containsPattern("main .*works; 6 are under an earlier version of the key")
        .containsPattern("client-secrets .*works; 3 are under an earlier version of the key");
    String local = text(Store.VAULT, "select encode(wrapped, 'hex') from workspace_keyset where kek_name = 'here'");

    Ran rotated = run("kek", "rotate", "--json");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    assertThat(rotated.out()).contains("\"main\":{\"keysets\":6,\"keysets_rewrapped\":6,\"under_earlier_versions\":0}")
        .contains("\"client-secrets\":{\"keysets\":3,\"keysets_rewrapped\":3,\"under_earlier_versions\":0}")
        .doesNotContain("here");
    main.destroyVersionsBefore(2);
    clientSecrets.destroyVersionsBefore(2);
    Ran status = run("kek", "status", "--json", "--versions");
    assertThat(status.code()).as(status.err()).isZero();
    assertThat(status.out()).contains("\"rotated_at\":\"").contains("\"under_earlier_versions\":0");
    assertThat(run("dek", "rotate", "--all", "--no-wait").code()).as("the keys open").isZero();
    assertThat(
        text(Store.VAULT, "select encode(wrapped, 'hex') from workspace_keyset where kek_name = 'here' and state = 'active'"))
        .isEqualTo(local);
    assertThat(text(Store.VAULT, "select count(*) from audit_event where type = 'keyset.rewrapped'")).isEqualTo("6");
  }

  @Test
  void whatIsCutOffGoesOnWhereItWasAndSaysSo() {
    main.rotate();
    assertThat(run("kek", "rotate", "--kek", "main").code()).isZero();
    // As if that had been cut off before the second workspace and the deployment's own keys.
    text(Store.VAULT, "update kek_rotation set completed_at = null returning 1");
    text(Store.VAULT, "update deployment_key set rewrap_id = null returning 1");
    text(Store.VAULT, "update workspace_keyset set rewrap_id = null where workspace_id = (select max(workspace_id::text)::uuid"
        + " from workspace_keyset where kek_name = 'main') returning 1");
    assertThat(run("kek", "status").out()).containsPattern("main +transit +6 +cut off");
    server.answerAlways(null);
    main.behave(Behaviour.DENIED);
    Ran refused = run("kek", "rotate", "--kek", "main");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the KEK main refuses: access is denied");
    main.behave(Behaviour.WORKS);
    assertThat(run("kek", "rotate", "--kek", "main", "--json").out()).contains("\"keysets_rewrapped\":5");
    assertThat(run("kek", "rotate", "--kek", "main", "--json").out()).as("a new one").contains("\"keysets_rewrapped\":6");
  }

  @Test
  void aKeyWithoutVersionsIsNotRotated() {
    Ran local = run("kek", "rotate", "--kek", "here");
    assertThat(local.code()).isEqualTo(1);
    assertThat(local.err()).contains(
        "the KEK here is of kind local, whose keys have no versions: make another key, define it, and kek change to it");
    assertThat(run("kek", "rotate", "--kek", "mian").err())
        .contains("no KEK is named mian; there are: [client-secrets, here, main]");
    assertThat(text(Store.VAULT, "select count(*) from kek_rotation")).isEqualTo("0");
  }
}
