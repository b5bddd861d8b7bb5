package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.ScratchDirectory;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * What a proxy needs around it: stores, provider, settings file, KEKs and secrets, with two workspaces ({@value #OWN} and
 * {@value #FOREIGN}) that have the same integrations. Starts no proxy by itself.
 */
public final class ProofDeployment implements AutoCloseable {
  /** The workspace that tests act in. */
  public static final String OWN = "acme";
  /** Somebody else's workspace. */
  public static final String FOREIGN = "globex";
  /** Where the hosted page returns to; nothing listens there. */
  public static final String RETURN_URL = "https://app.example.com/connected";
  /** Where the sandbox provider seems to be. */
  public static final URI PROVIDER_ORIGIN = URI.create("https://sandbox.invalid");

  /** A step of the clock after which every access token that the sandbox has issued is expired. */
  static final Duration PAST_EXPIRY = Duration.ofHours(2);

  private static final List<String> OAUTH = List.of("sandbox", "sandbox-grace", "sandbox-strict");

  private final Path directory;
  private final EmbeddedDatabases.StoreSet stores;
  private final AuthorizationServerSettings providerSettings;
  private final ScriptedAuthorizationServer provider;
  private final ConcealedText clientSecret;
  private final String more;
  private final UnaryOperator<String> jdbcUrl;
  private final Extras extras;
  private int replicas;
  private String publicUrl = "";

  /**
   * What some tests need beyond the usual.
   *
   * @param integrations  more integrations of both workspaces, by the slug of their provider
   * @param providerFiles more provider files, by name
   * @param webhooks      where each workspace has its webhook endpoints, by name
   * @param direct        whether notifications and owners go straight to PostgreSQL, whatever way the rest goes
   */
  record Extras(List<String> integrations, Map<String, String> providerFiles, Map<String, URI> webhooks, boolean direct) {
    static final Extras NONE = new Extras(List.of(), Map.of(), Map.of(), false);
  }

  private ProofDeployment(Path directory, EmbeddedDatabases databases, UnaryOperator<AuthorizationServerSettings> behaviour,
      ConcealedText clientSecret, String more, UnaryOperator<String> jdbcUrl, Extras extras) {
    this.directory = directory;
    this.stores = databases.create();
    this.providerSettings = behaviour.apply(new AuthorizationServerSettings(Clock.systemUTC()));
    this.provider = ScriptedAuthorizationServer.start(providerSettings);
    this.clientSecret = clientSecret;
    this.more = more;
    this.jdbcUrl = jdbcUrl;
    this.extras = extras;
  }

  /**
   * Lays everything out.
   *
   * @param behaviour    what is special about the provider
   * @param clientSecret of every OAuth integration
   * @param more         more YAML at the end of the settings file
   * @param jdbcUrl      another way to a store than the direct one
   * @param extras       more providers and integrations
   */
  static ProofDeployment create(EmbeddedDatabases databases, UnaryOperator<AuthorizationServerSettings> behaviour,
      ConcealedText clientSecret, String more, UnaryOperator<String> jdbcUrl, Extras extras) {
    try {
      Path directory = ScratchDirectory.create("proof");
      ProofDeployment deployment = new ProofDeployment(directory, databases, behaviour, clientSecret, more, jdbcUrl, extras);
      deployment.writeSecrets();
      return deployment;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void writeSecrets() throws IOException {
    Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
    LocalKek.create("main", directory.resolve("main.kek"), randomness);
    LocalKek.create("client-secrets", directory.resolve("client-secrets.kek"), randomness);
    writeSecret("postgres", stores.password());
    writeSecret("client-secret", clientSecret.reveal());
    Files.createDirectory(directory.resolve("providers"));
    for (Map.Entry<String, String> file : extras.providerFiles.entrySet()) {
      Files.writeString(directory.resolve("providers").resolve(file.getKey()), file.getValue());
    }
  }

  private void writeSecret(String name, String value) throws IOException {
    Files.writeString(directory.resolve(name), value + "\n");
  }

  /** Writes the settings file of one more replica, with ports of its own. */
  public synchronized Path settings() {
    try {
      replicas++;
      List<Integer> ports = FreePorts.next(3);
      if (publicUrl.isEmpty()) {
        publicUrl = "http://127.0.0.1:" + ports.get(1);
      }
      Path file = directory.resolve("authpipe-" + replicas + ".yaml");
      Files.writeString(file, """
          mode: development
          data_directory: data-%d
          listeners:
            api: {port: %d}
            connect: {port: %d, public_url: "%s"}
            management: {port: %d}
            trusted_proxies: [127.0.0.1/32]
          stores:
            vault: {%s, password: {file: postgres}}
            client_secrets: {%s, password: {file: postgres}}
          keys:
            keks: {main: {file: main.kek}, client-secrets: {file: client-secrets.kek}}
          configuration: {reload_interval: 200 ms, provider_directory: providers}
          refresh: {ahead: false}
          warm_up: {limit: 0 s}
          workspaces:
          """.formatted(replicas, ports.get(0), ports.get(1), publicUrl, ports.get(2), ways(Store.VAULT),
          ways(Store.CLIENT_SECRETS)) + workspace(OWN) + workspace(FOREIGN) + more);
      return file;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String ways(Store store) {
    String direct = stores.jdbcUrl(store);
    return "url: \"" + jdbcUrl.apply(direct) + "\"" + (extras.direct ? ", notification_url: \"" + direct + "\"" : "");
  }

  private String workspace(String name) {
    StringBuilder yaml = new StringBuilder("  - name: " + name + "\n    integrations:\n");
    for (String slug : OAUTH) {
      yaml.append(oauth(name, slug, slug, ""));
    }
    yaml.append(oauth(name, "guarded", "sandbox", ", proxy_only: true"));
    yaml.append("      - {slug: sandbox-key, return_urls: [\"%s\"]}\n".formatted(RETURN_URL));
    for (String slug : extras.integrations) {
      boolean keyed = extras.providerFiles.containsKey(slug + ".yaml");
      yaml.append(
          keyed ? "      - {slug: %s, return_urls: [\"%s\"]}\n".formatted(slug, RETURN_URL) : oauth(name, slug, slug, ""));
    }
    if (!extras.webhooks.isEmpty()) {
      yaml.append("    webhooks:\n");
      extras.webhooks.forEach((called, url) -> yaml.append("      - {name: %s, url: \"%s\"}\n".formatted(called, url)));
    }
    return yaml.toString();
  }

  private static String oauth(String workspace, String slug, String providerSlug, String rest) {
    return """
              - {slug: %s, provider: %s, client_id: %s, client_secret: {file: client-secret}, scopes: [profile, "issues:read"], \
        return_urls: ["%s"]%s}
        """.formatted(slug, providerSlug, clientId(workspace, slug), RETURN_URL, rest);
  }

  private static String clientId(String workspace, String slug) {
    return workspace + "-" + slug;
  }

  /** Registers the integrations of a workspace at the provider, with the redirect URIs that the proxy now has. */
  public void register(String workspace, JsonNode integrations, URI connectListener) {
    for (JsonNode integration : integrations) {
      String slug = integration.path("slug").asText();
      String redirectUri = connectListener + "/callback/" + integration.path("id").asText();
      provider.registerClient(new RegisteredClient(clientId(workspace, slug), workspace,
          new ClientAuthentication.Basic(clientSecret), Set.of(redirectUri)));
    }
  }

  /** Provider origins and where they really are. */
  public Map<URI, URI> standIns() {
    Map<URI, URI> standIns = new HashMap<>(Map.of(PROVIDER_ORIGIN, URI.create(provider.issuer())));
    extras.webhooks.values().stream().filter(url -> url.getScheme().equals("http"))
        .forEach(url -> standIns.put(URI.create("https://hooks-" + url.getPort() + ".invalid"), url.resolve("/")));
    return standIns;
  }

  public EmbeddedDatabases.StoreSet stores() {
    return stores;
  }

  public ScriptedAuthorizationServer provider() {
    return provider;
  }

  /** How the provider behaves from now on. */
  public AuthorizationServerSettings providerSettings() {
    return providerSettings;
  }

  /** Where settings, secrets and data directories are. */
  public Path directory() {
    return directory;
  }

  /** Drops the stores and stops the provider; the directory stays with the operating system's temporary files. */
  @Override
  public void close() {
    provider.close();
    stores.close();
  }
}
