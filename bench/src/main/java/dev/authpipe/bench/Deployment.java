package dev.authpipe.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.LeafCertificate;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.link.ScriptedControlPlane;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * What proxies need around them: PostgreSQL, an authorization server with TLS, certificates for the provider's API, and settings files of any
 * number of replicas. Starts no proxy.
 */
final class Deployment implements AutoCloseable {
  static final String INTEGRATION = "bench";
  /** The integration's id in the control plane. */
  private static final String OFFERED = "int_01js00000ke008000000000001";
  private static final String CLIENT_ID = "bench-client";
  private static final URI ACCOUNTS = URI.create("https://accounts.bench.invalid");
  private static final URI PROVIDER_API = URI.create("https://api.bench.invalid");

  private final Path directory;
  private final URI upstream;
  private final EmbeddedDatabases databases = EmbeddedDatabases
      .start(Map.of("shared_preload_libraries", "pg_stat_statements", "pg_stat_statements.max", "10000"));
  private final EmbeddedDatabases.StoreSet stores = databases.create();
  private final TestCertificates authority = TestCertificates.create();
  private final LeafCertificate certificate = authority.issue("localhost", "127.0.0.1");
  private final ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + ConnectTrip.random());
  private final AuthorizationServerSettings behaviour = new AuthorizationServerSettings(Clock.systemUTC())
      .tls(certificate.context()).hostName("localhost").accessTokenLifetime(Duration.ofHours(12));
  private final ScriptedAuthorizationServer provider = ScriptedAuthorizationServer.start(behaviour);
  private final @Nullable ScriptedControlPlane plane;
  private int replicas;

  /**
   * Lays everything out.
   *
   * @param upstream where the provider's API really is
   * @param linked   whether workspaces come from a control plane, to which usage is reported
   */
  Deployment(Path directory, URI upstream, boolean linked) throws IOException {
    this.directory = directory;
    this.upstream = upstream;
    this.plane = linked ? ScriptedControlPlane.start(Clock.systemUTC()) : null;
    Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
    LocalKek.create("main", directory.resolve("main.kek"), randomness);
    LocalKek.create("client-secrets", directory.resolve("client-secrets.kek"), randomness);
    secret("postgres", stores.password());
    secret("client-secret", clientSecret.reveal());
    certificate.writePemFiles(directory);
    Files.writeString(Files.createDirectory(directory.resolve("providers")).resolve("bench.yaml"), providerFile());
  }

  private void secret(String name, String value) throws IOException {
    Path file = directory.resolve(name);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, value + "\n");
  }

  private static String providerFile() {
    return """
        format: 1
        provider: bench
        name: Bench
        auth: oauth2
        verified: unverified
        last_verified: 2026-11-23
        issuer: {value: %1$s, in_answer: true}
        authorize: {endpoint: %1$s/authorize}
        token: {endpoint: %1$s/token, client_authentication: client_secret_basic, longest_lifetime: 30 d}
        refresh: {rotation: none}
        revocation: {endpoint: %1$s/revoke, client_authentication: client_secret_basic, revokes: grant, order: [refresh_token]}
        account: {endpoint: %1$s/userinfo, identifier: [/sub], label: [/name]}
        api: {base: %2$s}
        scopes: {profile: see your name}
        """.formatted(ACCOUNTS, PROVIDER_API);
  }

  /**
   * Writes the settings file of one more replica, with ports of its own.
   *
   * @param more more YAML at the end
   */
  Path settings(String more) {
    try {
      replicas++;
      List<Integer> ports = FreePorts.next(3);
      return Files.writeString(directory.resolve("authpipe-" + replicas + ".yaml"), """
          mode: development
          data_directory: data-%d
          listeners:
            api: {port: %d}
            connect: {port: %d}
            management: {port: %d}
            trusted_proxies: [127.0.0.1/32]
          stores:
            vault: {url: "%s", password: {file: postgres}}
            client_secrets: {url: "%s", password: {file: postgres}}
          keys:
            keks: {main: {file: main.kek}, client-secrets: {file: client-secrets.kek}}
          egress: {trusted_certificates: ["%s"], private_hosts: [localhost], private_ranges: [127.0.0.0/8, "::1/128"]}
          configuration: {provider_directory: providers}
          log: {level: warn}
          %s
          %s
          """.formatted(replicas, ports.get(0), ports.get(1), ports.get(2), stores.jdbcUrl(Store.VAULT),
          stores.jdbcUrl(Store.CLIENT_SECRETS), directory.resolve("ca.pem"),
          plane == null
              ? workspaces()
              : "control_plane: {url: \"" + plane.origin()
                  + "\", regions: [eu], trust: everything}",
          more));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String workspaces() {
    return """
        workspaces:
          - name: bench
            integrations:
              - {slug: bench, client_id: %s, client_secret: {file: client-secret}, scopes: [profile], return_urls: ["%s"]}
        """.formatted(CLIENT_ID, ConnectTrip.RETURN_URL);
  }

  /** The control plane, where there is one. */
  ScriptedControlPlane plane() {
    return Objects.requireNonNull(plane, "not linked");
  }

  /** What the control plane says of the workspace: the same as the file does. An application may not be called as a provider of the catalog is. */
  void offer() {
    plane().offer(
        """
            [{"id":"wks_01js00000ke008000000000001","name":"bench","region":"eu","retention_days":30,"strict_audit":false,"integrations":
            [{"id":"%s","slug":"bench","provider":"bench","client_id":"%s","scopes":["profile"],"return_urls":["%s"],
            "params":{},"application_name":"Measured calls","proxy_only":false,"disabled":false,"note":""}],"api_keys":[],"api_key_requests":[]}]"""
            .formatted(OFFERED, CLIENT_ID, ConnectTrip.RETURN_URL));
  }

  /** Gives the proxy the client secret that a file does not have. */
  void secret(Api api) {
    api.ask("PUT", "/v1/integrations/" + OFFERED + "/client-secret", Map.of("client_secret", clientSecret.reveal()));
  }

  /** Runs an operator's command; what it said. */
  String command(Path settings, List<String> arguments, String input) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--config", settings.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), all.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException(arguments.getFirst() + " failed: " + err.toString(StandardCharsets.UTF_8).strip());
    }
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  /** Registers the integration at the provider, with the redirect URI that the proxy has for it. */
  void register(Api api, URI connectListener) {
    JsonNode integrations = api.ask("GET", "/v1/integrations", "").path("data");
    for (JsonNode one : integrations) {
      provider.registerClient(new RegisteredClient(CLIENT_ID, "Bench", new ClientAuthentication.Basic(clientSecret),
          Set.of(connectListener + "/callback/" + one.path("id").asText())));
    }
  }

  /** A context that trusts the provider. */
  SSLContext trust() {
    return authority.trustingContext();
  }

  /** Provider origins and where they really are, one after the other. */
  List<String> standIns() {
    return List.of(ACCOUNTS.toString(), provider.issuer(), PROVIDER_API.toString(), upstream.toString());
  }

  ScriptedAuthorizationServer provider() {
    return provider;
  }

  String clientId() {
    return CLIENT_ID;
  }

  EmbeddedDatabases.StoreSet stores() {
    return stores;
  }

  @Override
  public void close() {
    if (plane != null) {
      plane.close();
    }
    provider.close();
    stores.close();
    databases.close();
  }
}
