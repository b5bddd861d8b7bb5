package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateCrtKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** Nothing of a private key leaves: not by logs at TRACE, answers, requests to the provider, or the stores. */
@Isolated // logs everything at the finest level
@Tag("S1")
@Tag("S62")
class ClientKeyCanaryTest {
  private static final String KEYS = "/v1/integrations/minting-key/client-keys";
  private static final String YAML = """
      configuration:
        provider_directory: %s
      workspaces:
        - name: acme
          integrations:
            - slug: minting-key
              client_id: client-minting-key
              scopes: ['issues:read']
      """.formatted(Path.of("src/test/resources/minting-providers").toAbsolutePath());

  @TempDir
  Path directory;
  private final List<String> seen = new ArrayList<>();

  @Test
  void onlyThePublicKeyIsSeenOutside() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        ScriptedAuthorizationServer server = ScriptedAuthorizationServer
            .start(new AuthorizationServerSettings(Clock.systemUTC()));
        CapturedLogs logs = new CapturedLogs();
        RunningProxy proxy = RunningProxy.start(directory, stores, YAML, Map.of(),
            Map.of(URI.create("https://sandbox.invalid"), URI.create(server.issuer())))) {
      String apiKey = proxy.apiKey("acme");
      Configuration configuration = proxy.bean(Configuration.class);
      Integration integration = configuration
          .integration(configuration.workspaceNamed("acme").orElseThrow().id(), "minting-key").orElseThrow();
      call(proxy, "POST", KEYS, "{}", apiKey, 201);
      JWK shown = JWKSet.parse(call(proxy.connect(), "GET", "/jwks/" + integration.id(), null, apiKey, 200)).getKeys().getFirst();
      server.registerClient(new RegisteredClient("client-minting-key", "minting", new ClientAuthentication.PrivateKeyJwt(shown),
          Set.of()));
      String made = call(proxy, "POST", "/v1/connections", "{\"integration\":\"minting-key\",\"end_user\":{\"id\":\"user-1\"},"
          + "\"credential\":{\"type\":\"client_credentials\"}}", apiKey, 201);
      String connection = made.replaceFirst("(?s).*(conn_[0-9a-z]{26}).*", "$1");
      call(proxy, "POST", "/v1/connections/" + connection + "/refresh", null, apiKey, 200);
      call(proxy, "GET", "/v1/proxy/" + connection + "/me", null, apiKey, 200);
      call(proxy, "GET", KEYS, null, apiKey, 200);
      call(proxy, "GET", "/v1/integrations", null, apiKey, 200);
      call(proxy, "GET", "/v1/end-users/user-1/export", null, apiKey, 200);
      call(proxy, "GET", "/v1/audit-events?log=client_secrets", null, apiKey, 200);
      call(proxy, "DELETE", "/v1/connections/" + connection, null, apiKey, 200);
      server.requests().forEach(request -> seen.add(request.bodyText()));
      for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
        seen.add(rows(stores, store));
      }
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) proxy.bean(ClientKeys.class)
          .open(integration.workspace(), integration.id(), integration.clientSecretOrigin()).orElseThrow().expose();
      seen.add(new String(logs.bytes(), StandardCharsets.UTF_8));
      String everything = String.join("\n", seen);
      assertThat(everything).as("the public key is").contains(middle(key.getModulus()));
      for (BigInteger part : List.of(key.getPrivateExponent(), key.getPrimeP(), key.getPrimeQ(), key.getPrimeExponentP(),
          key.getPrimeExponentQ(), key.getCrtCoefficient())) {
        byte[] bytes = part.toByteArray();
        assertThat(everything).doesNotContain(middle(part)).doesNotContain(part.toString().substring(20, 60))
            .doesNotContain(part.toString(16).substring(20, 60))
            .doesNotContain(part.toString(16).substring(20, 60).toUpperCase(Locale.ROOT));
        for (int shift = 0; shift < 3; shift++) { // base64 has three looks
          assertThat(everything).doesNotContain(
              Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(bytes, 9 + shift, 39 + shift)));
        }
        assertThat(everything).doesNotContain(HexFormat.of().formatHex(bytes, 9, 39));
      }
      assertThat(everything).doesNotContain("\"d\":", "PRIVATE KEY");
    }
  }

  private static String middle(BigInteger part) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned(part));
    return text.substring(8, 48);
  }

  private static byte[] unsigned(BigInteger part) {
    byte[] bytes = part.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private String call(RunningProxy proxy, String method, String path, @Nullable String body, String apiKey, int status)
      throws Exception {
    return call(proxy.api(), method, path, body, apiKey, status);
  }

  private String call(URI origin, String method, String path, @Nullable String body, String apiKey, int status) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).header("Authorization", "Bearer " + apiKey)
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
      seen.add(answer.body());
      return answer.body();
    }
  }

  private static String rows(EmbeddedDatabases.StoreSet stores, Store store) throws Exception {
    StringBuilder text = new StringBuilder();
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet found = statement.executeQuery("select table_name from information_schema.tables"
          + " where table_schema = 'public' and table_type = 'BASE TABLE'")) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet found = statement.executeQuery("select t::text from \"" + table + "\" t")) {
          while (found.next()) {
            text.append(found.getString(1)).append('\n');
          }
        }
      }
    }
    return text.toString();
  }
}
