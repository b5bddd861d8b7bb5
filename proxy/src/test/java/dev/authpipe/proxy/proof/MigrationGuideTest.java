package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.sandbox.IssuedTokens;

/** Table, query and command of docs/guides/migrate.md bring grants of a table along, and they live on here. */
class MigrationGuideTest {
  private static final Path GUIDE = Path.of("../docs/guides/migrate.md");

  @TempDir
  Path directory;

  @Test
  void whatTheGuideExportsIsImportedAndRefreshed() throws IOException, SQLException {
    try (ProxyFixture proxy = ProxyFixture.start();
        Connection theirs = proxy.deployment().stores().superuser(Store.VAULT).getConnection();
        Statement statement = theirs.createStatement()) {
      statement.execute("create schema app");
      statement.execute("set search_path = app");
      statement.execute(sql("table"));
      IssuedTokens living = grant(proxy);
      IssuedTokens bare = grant(proxy);
      keep(theirs, 42, "ada@example.com", living.accessToken().reveal(), living.refreshToken().reveal());
      keep(theirs, 43, null, bare.accessToken().reveal(), null);
      StringBuilder lines = new StringBuilder();
      try (ResultSet rows = statement.executeQuery(sql("export"))) {
        while (rows.next()) {
          lines.append(rows.getString(1)).append('\n');
        }
      }
      Path key = Files.writeString(directory.resolve("import.key"),
          proxy.apiKeys().create(ProofDeployment.OWN, List.of("connections:write"), Stream.empty()));
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code = AuthpipeCommand.run(new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)),
          new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(out, true, StandardCharsets.UTF_8), "import",
          "--from",
          "file", "--url", proxy.addresses().api().toString(), "--api-key-file", key.toString());
      assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
      JsonNode ada = proxy.application().send("GET", "/v1/connections?end_user=user-42").expect(200).json().at("/data/0");
      assertThat(ada.at("/metadata/from").asText()).isEqualTo("oauth_token");
      assertThat(ada.path("generation").asInt()).isEqualTo(1);
      String id = ada.path("id").asText();
      proxy.application().send("POST", "/v1/connections/" + id + "/refresh").expect(200);
      proxy.application().proxied(id, "/me").expect(200);
      assertThat(proxy.application().send("GET", "/v1/connections?end_user=user-43").expect(200).json().path("data")).hasSize(1);
    }
  }

  private static IssuedTokens grant(ProxyFixture proxy) {
    return proxy.provider().issueGrant(proxy.provider().accounts().getFirst(), ProofDeployment.OWN + "-sandbox",
        List.of("profile"));
  }

  private static void keep(Connection theirs, long user, @Nullable String email, String accessToken,
      @Nullable String refreshToken)
      throws SQLException {
    try (PreparedStatement insert = theirs
        .prepareStatement("insert into oauth_token values (?, ?, ?, ?, now() + interval '1 hour', 'profile')")) {
      insert.setLong(1, user);
      insert.setString(2, email);
      insert.setString(3, accessToken);
      insert.setString(4, refreshToken);
      insert.execute();
    }
  }

  private static String sql(String block) throws IOException {
    return Files.readString(GUIDE).replaceFirst("(?s).*<!-- guide " + block + ": begin -->\n```sql\n(.*?)```.*", "$1");
  }
}
