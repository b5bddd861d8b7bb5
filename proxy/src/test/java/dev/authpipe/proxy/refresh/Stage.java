package dev.authpipe.proxy.refresh;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.ScriptedKek;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.ScratchDirectory;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RefreshRotation;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** A provider, the stores and any number of replicas over them, for tests of what happens to credentials. */
public final class Stage implements AutoCloseable {
  /** What a test may choose before the stage is set. */
  public record Scene(String provider, RefreshRotation rotation, boolean refreshKillsAccessToken) {
    public static Scene none() {
      return new Scene("sandbox", RefreshRotation.none(), false);
    }

    public static Scene grace() {
      return new Scene("sandbox-grace", RefreshRotation.grace(Duration.ofMinutes(10)), false);
    }

    /** What the provider's profile says of it. */
    Rotation profile() {
      return switch (rotation) {
        case RefreshRotation.None _ -> Rotation.NONE;
        case RefreshRotation.Grace _ -> Rotation.GRACE;
        case RefreshRotation.Strict _ -> Rotation.STRICT;
      };
    }

    public static Scene of(Rotation rotation) {
      return switch (rotation) {
        case NONE -> none();
        case GRACE -> grace();
        case STRICT -> strict();
      };
    }

    public static Scene strict() {
      return new Scene("sandbox-strict", RefreshRotation.strict(), true);
    }
  }

  private static final Duration HASTY = Duration.ofMillis(500);
  private static final ScheduleSettings BRISK = new ScheduleSettings(true, Duration.ofSeconds(10), 60_000, 16, 128, Duration.ZERO,
      Duration.ofMinutes(2), 500);
  private static final String REDIRECT = "https://app.example.com/callback";
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  public final ManualClock clock = ManualClock.at(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  public final AuthorizationServerSettings provider = new AuthorizationServerSettings(clock);
  public final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  public final EmbeddedDatabases.StoreSet stores;
  public final ScriptedAuthorizationServer server;
  public final Integration integration;
  public final Configuration configuration;
  public final ScriptedKek kek = new ScriptedKek("operator");
  public final List<Kek> keks;
  private final List<Replica> replicas = new ArrayList<>();
  private final RegisteredClient client;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  /** @param stores empty, and empty again after {@link #close()} */
  public Stage(Scene scene, EmbeddedDatabases.StoreSet stores) {
    this(scene, stores, null);
  }

  /** @param providers directory of more provider files; null: none */
  public Stage(Scene scene, EmbeddedDatabases.StoreSet stores, @Nullable Path providers) {
    this.stores = stores;
    provider.rotation(scene.rotation()).refreshKillsAccessToken(scene.refreshKillsAccessToken());
    server = ScriptedAuthorizationServer.start(provider);
    client = server.registerClient("Acme Notes", REDIRECT);
    Catalog catalog = Catalog.builtIn(Map.of(URI.create("https://sandbox.invalid"), origin()));
    if (providers != null) {
      catalog = catalog.with(providers, Map.of(URI.create("https://sandbox.invalid"), origin()));
    }
    Provider profile = catalog.provider(scene.provider()).orElseThrow();
    integration = new Integration(workspace, new IntegrationId(UUID.randomUUID()), "sandbox", profile, client.clientId(),
        List.of("issues:read"), List.of(), Map.of(), "Acme Notes", false, null, null);
    configuration = new Configuration(new ConfigurationCandidate(
        List.of(new Workspace(workspace, "acme", "operator", false, Duration.ofDays(30))), List.of(integration), Map.of(), true,
        Map.of()));
    keks = keks();
    sql("insert into workspace (workspace_id, name, kek_name, mac) values (?, 'acme', 'operator', '')", workspace.value());
    sql("insert into integration (workspace_id, integration_id, slug, provider, mac) values (?, ?, 'sandbox', ?, '')",
        workspace.value(), integration.id().value(), profile.slug());
    Replica first = replica();
    first.envelopes.ensureKeyset(workspace, "operator");
    ClientAuthentication.Basic basic = (ClientAuthentication.Basic) client.authentication();
    first.clientSecrets.set(workspace, integration.id(), SecretText.of(basic.clientSecret().reveal()), "sbx_secret_",
        integration.tokenOrigin(Map.of()), tx -> {});
  }

  private List<Kek> keks() {
    try {
      Path directory = ScratchDirectory.create("keks");
      return List.of(kek, LocalKek.create("secrets", directory.resolve("secrets.kek"),
          new Randomness(new SecureRandom(), Instant::now)));
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  URI origin() {
    URI token = server.tokenEndpoint();
    return URI.create(token.getScheme() + "://" + token.getAuthority());
  }

  /** The first replica, which is always there. */
  public Replica one() {
    return replicas.getFirst();
  }

  /** Starts another replica over the same stores. */
  public Replica replica() {
    return replica(Ticker.systemTicker());
  }

  /** One whose rule sees another monotonic time. */
  public Replica replica(Ticker renewalTicker) {
    return replica(renewalTicker, RefreshSettings.usual());
  }

  public Replica replica(Ticker renewalTicker, RefreshSettings settings) {
    return replica(renewalTicker, settings, null);
  }

  /** One that journals. */
  public Replica journaling(Path directory) {
    return replica(Ticker.systemTicker(), RefreshSettings.usual(), directory);
  }

  /** One that journals by a clock that is so much ahead. */
  Replica journaling(Path directory, Duration ahead) {
    return added(new Replica(store(Store.VAULT), store(Store.CLIENT_SECRETS), keks, configuration, origin(),
        Clock.offset(clock, ahead), Ticker.systemTicker(), RefreshSettings.usual(), BRISK, directory));
  }

  /** One whose clock is so much ahead, or behind. */
  public Replica replica(Duration ahead) {
    return added(new Replica(store(Store.VAULT), store(Store.CLIENT_SECRETS), keks, configuration, origin(),
        Clock.offset(clock, ahead), Ticker.systemTicker(), RefreshSettings.usual(), BRISK, null));
  }

  /** One whose schedule has these limits. */
  public Replica replica(ScheduleSettings scheduled) {
    return added(new Replica(store(Store.VAULT), store(Store.CLIENT_SECRETS), keks, configuration, origin(), clock,
        Ticker.systemTicker(), RefreshSettings.usual(), scheduled, null));
  }

  /** One whose readers wait for its stores for half a second only. */
  Replica hasty(RefreshSettings settings, Path journal) {
    return added(new Replica(store(Store.VAULT, HASTY), store(Store.CLIENT_SECRETS, HASTY), keks, configuration, origin(), clock,
        Ticker.systemTicker(), settings, BRISK, journal));
  }

  public Replica replica(Ticker renewalTicker, RefreshSettings settings, @Nullable Path journal) {
    return added(new Replica(store(Store.VAULT), store(Store.CLIENT_SECRETS), keks, configuration, origin(), clock,
        renewalTicker, settings, BRISK, journal));
  }

  private Replica added(Replica replica) {
    replicas.add(replica);
    return replica;
  }

  StoreSettings store(Store store) {
    return store(store, Duration.ofSeconds(5));
  }

  private StoreSettings store(Store store, Duration wait) {
    return new StoreSettings(stores.jdbcUrl(store), null, store.applicationRole(), () -> SecretText.of(stores.password()), 20,
        wait,
        Duration.ofSeconds(10));
  }

  /** Connects a person as they would at the provider, and keeps the credential. */
  public ConnectionId connect(String person, Account account) {
    server.consentsNext(account);
    JsonNode granted = grant();
    Replica replica = one();
    try (Sealer sealer = replica.vault.hold(workspace)) {
      return replica.database.inWorkspace(workspace, tx -> {
        UUID endUser = replica.people.ensure(tx, person, "Person " + person, person + "@example.com").id();
        UUID at = replica.people.account(tx, integration.id(), account.toString(), null);
        ConnectionId id = new ConnectionId(replica.randomness.uuidV7());
        Instant now = clock.instant();
        ConnectionRow row = ConnectionRow.active(workspace, id, integration.id(), integration.provider().slug(), endUser, at,
            List.of("issues:read"), List.of("issues:read"), now);
        replica.vault.create(tx, row, granted(granted, endUser, person, now), sealer);
        return id;
      });
    }
  }

  public ConnectionId connect(String person) {
    return connect(person, server.accounts().getFirst());
  }

  /** The same person connects again: a new grant in the same connection, which may have ended. */
  public void reconnect(ConnectionId connection, String person) {
    server.consentsNext(server.accounts().getFirst());
    JsonNode granted = grant();
    Replica replica = one();
    try (Sealer sealer = replica.vault.hold(workspace)) {
      replica.database.run(workspace, tx -> replica.vault.reconnect(tx, connection, null, List.of("issues:read"),
          granted(granted, replica.people.ensure(tx, person, "Person " + person, person + "@example.com").id(), person,
              clock.instant()),
          sealer));
    }
  }

  private NewCredential granted(JsonNode granted, UUID endUser, String person, Instant now) {
    return NewCredential
        .builder(CredentialType.OAUTH2, endUser, person, integration.apiBase(Map.of()), integration.tokenOrigin(Map.of()))
        .accessToken(SecretText.of(granted.path("access_token").asText()))
        .refreshToken(granted.has("refresh_token") ? SecretText.of(granted.path("refresh_token").asText()) : null)
        .tokenType("Bearer").scopes(List.of("issues:read")).issuedAt(now)
        .accessExpiresAt(now.plusSeconds(granted.path("expires_in").asLong())).build();
  }

  private JsonNode grant() {
    Map<String, String> query = new LinkedHashMap<>(
        Map.of("response_type", "code", "client_id", client.clientId(), "redirect_uri",
            REDIRECT, "state", "s", "scope", "issues:read", "code_challenge", CHALLENGE, "code_challenge_method", "S256"));
    HttpResponse<String> authorized = send(
        HttpRequest.newBuilder(URI.create(server.authorizationEndpoint() + "?" + form(query))));
    String location = authorized.headers().firstValue("Location").orElseThrow();
    String code = java.util.Arrays.stream(URI.create(location).getRawQuery().split("&")).filter(p -> p.startsWith("code="))
        .map(p -> URLDecoder.decode(p.substring(5), StandardCharsets.UTF_8)).findFirst().orElseThrow();
    ClientAuthentication.Basic basic = (ClientAuthentication.Basic) client.authentication();
    String pair = client.clientId() + ":" + basic.clientSecret().reveal();
    HttpResponse<String> answer = send(HttpRequest.newBuilder(server.tokenEndpoint())
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
        .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(
            form(
                Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", REDIRECT, "code_verifier", VERIFIER)))));
    try {
      return json.readTree(answer.body());
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream().map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  public CredentialRequest request(ConnectionId connection) {
    return new CredentialRequest(workspace, connection, Duration.ZERO, Duration.ofSeconds(30));
  }

  /** The status of the provider's API for an access token. */
  public int statusAtProvider(SecretText accessToken) {
    return send(HttpRequest.newBuilder(URI.create(server.apiBase() + "/me")).header("Authorization",
        "Bearer " + accessToken.expose())).statusCode();
  }

  /** Runs SQL behind the proxy's back. */
  public int sql(String statement, Object... values) {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      return prepared.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** The first column of each row. */
  public List<@Nullable String> query(String statement, Object... values) {
    return query(Store.VAULT, statement, values);
  }

  private List<@Nullable String> query(Store store, String statement, Object... values) {
    try (Connection connection = stores.superuser(store).getConnection();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      List<@Nullable String> found = new ArrayList<>();
      try (ResultSet rows = prepared.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** The ids of the erasures in the ledger's second place, in their order. */
  public List<@Nullable String> ledgerAtTheSecondPlace() {
    return query(Store.CLIENT_SECRETS, "select erasure_id::text from erasure_ledger order by seq");
  }

  public long count(String from, Object... values) {
    return Long.parseLong(Objects.requireNonNull(query("select count(*) from " + from, values).getFirst()));
  }

  /** Lets the database's time pass for what replicas wait for. */
  public void letDatabaseTimePass(Duration time) {
    String by = "interval '" + time.toSeconds() + " s'";
    sql("""
        with attempts as (update refresh_attempt set claimed_at = claimed_at - %1$s, sent_at = sent_at - %1$s, retry_at = retry_at - %1$s),
          leases as (update refresh_lease set lease_until = lease_until - %1$s),
          revocations as (update revocation set next_at = next_at - %1$s)
        update connection set purge_after = purge_after - %1$s where purge_after is not null"""
        .formatted(by));
  }

  /** The types of the events about a connection, oldest first. */
  public List<@Nullable String> events(ConnectionId connection) {
    return query("select type from audit_event where convert_from(body, 'UTF8') like ? order by seq", "%" + connection + "%");
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    server.close();
    http.close();
    empty(Store.VAULT);
    empty(Store.CLIENT_SECRETS);
  }

  /** Deletes rows: the tables are many and small, and truncating makes new files for each of them. */
  private void empty(Store store) {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(
          "select tablename from pg_tables where schemaname = 'public' and tablename not like 'flyway%'")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      statement.execute("set session_replication_role = replica; "
          + tables.stream().map(table -> "delete from " + table).collect(Collectors.joining("; ")));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
