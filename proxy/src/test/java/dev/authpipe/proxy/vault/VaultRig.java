package dev.authpipe.proxy.vault;

import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.ScriptedKek;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** One replica's keeping rooms over real stores, with KEKs that a test scripts and a ticker that it can push forward. */
public final class VaultRig implements AutoCloseable {
  public static final String PROVIDER = "sandbox";
  public static final String ORIGIN = "https://auth.example.com";
  public static final URI API = URI.create("https://api.example.com/v2");
  public static final Instant ISSUED = Instant.parse("2027-03-01T12:00:00Z");

  private final EmbeddedDatabases.StoreSet stores;
  private final AtomicLong ahead = new AtomicLong();
  public final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
  public final Ticker ticker = () -> System.nanoTime() + ahead.get();
  /** The KEK of workspaces. */
  public final ScriptedKek kek;
  public final ScriptedKek secondKek;
  /** The KEK of the deployment's own keys. */
  public final ScriptedKek deploymentKek;
  public final KekRegistry keks;
  public final EnvelopeSettings settings = new EnvelopeSettings("test", "deployment", "second");
  public final VaultDatabase database;
  public final ClientSecretsDatabase clientSecretsDatabase;
  public final Notifications notifications;
  public final Notifications clientSecretsNotifications;
  public final Envelopes envelopes;
  public final Envelopes clientSecretsEnvelopes;
  public final DeploymentKeys deploymentKeys;
  public final CredentialVault vault;
  public final Connections connections = new Connections();
  public final People people = new People(randomness);
  public final Leases leases = new Leases();
  public final ClientSecrets clientSecrets;
  /** What decides which client key signs. */
  public final ManualClock keyClock = ManualClock.atNoon();
  public final ClientKeys clientKeys;
  public final ClientKeyLife clientKeyLife;

  public VaultRig(EmbeddedDatabases.StoreSet stores) {
    this(stores, new ScriptedKek("operator"), new ScriptedKek("second"), new ScriptedKek("deployment"));
    sql(Store.VAULT, "delete from deployment_key"); // another test's
  }

  private VaultRig(EmbeddedDatabases.StoreSet stores, ScriptedKek kek, ScriptedKek secondKek, ScriptedKek deploymentKek) {
    this.stores = stores;
    this.kek = kek;
    this.secondKek = secondKek;
    this.deploymentKek = deploymentKek;
    this.keks = new KekRegistry(List.of(kek, secondKek, deploymentKek), Duration.ofSeconds(5));
    this.database = new VaultDatabase(store(Store.VAULT));
    this.clientSecretsDatabase = new ClientSecretsDatabase(store(Store.CLIENT_SECRETS));
    this.notifications = new Notifications(store(Store.VAULT), ticker);
    this.clientSecretsNotifications = new Notifications(store(Store.CLIENT_SECRETS), ticker);
    notifications.start();
    clientSecretsNotifications.start();
    this.deploymentKeys = new DeploymentKeys(settings, database, keks, ticker, randomness);
    this.envelopes = Envelopes.ofVault(settings, database, keks, deploymentKeys, ticker, randomness);
    this.clientSecretsEnvelopes = Envelopes.ofClientSecrets(settings, clientSecretsDatabase, keks, deploymentKeys, ticker,
        randomness);
    this.vault = new CredentialVault(VaultSettings.usual(), database, notifications, envelopes, ticker);
    this.clientSecrets = new ClientSecrets(settings, clientSecretsDatabase, clientSecretsNotifications, clientSecretsEnvelopes,
        deploymentKeys, keyClock, ticker);
    this.clientKeys = new ClientKeys(clientSecretsDatabase, clientSecretsNotifications, clientSecretsEnvelopes, deploymentKeys,
        keyClock, ticker);
    this.clientKeyLife = new ClientKeyLife(settings, clientSecretsDatabase, clientSecretsEnvelopes, clientKeys,
        new AuditLog(database, clientSecretsDatabase, randomness), randomness, keyClock);
  }

  /** Another replica on the same stores with the same KEKs. */
  public VaultRig replica() {
    return new VaultRig(stores, kek, secondKek, deploymentKek);
  }

  StoreSettings store(Store store) {
    return new StoreSettings(stores.jdbcUrl(store), null, store.applicationRole(), () -> SecretText.of(stores.password()), 8,
        Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  public void advance(Duration step) {
    ahead.addAndGet(step.toNanos());
  }

  public WorkspaceId workspace() {
    WorkspaceId workspace = new WorkspaceId(randomness.uuidV7());
    envelopes.ensureKeyset(workspace, "operator");
    return workspace;
  }

  public IntegrationId integration(WorkspaceId workspace) {
    UUID id = randomness.uuidV7();
    sql(Store.VAULT, "insert into integration (workspace_id, integration_id, slug, provider, mac) values (?, ?, ?, ?, '')",
        workspace.value(), id, "s" + id, PROVIDER);
    return new IntegrationId(id);
  }

  public EndUser endUser(WorkspaceId workspace, String identifier) {
    return database.inWorkspace(workspace, tx -> people.ensure(tx, identifier, null, null));
  }

  public NewCredential.Builder content(EndUser endUser) {
    return NewCredential.builder(CredentialType.OAUTH2, endUser.id(), endUser.identifier(), API, ORIGIN)
        .accessToken(SecretText.of("access-canary")).refreshToken(SecretText.of("refresh-canary")).tokenType("Bearer")
        .scopes(List.of("read", "write")).accessExpiresAt(ISSUED.plusSeconds(3600)).issuedAt(ISSUED);
  }

  public ConnectionId connection(WorkspaceId workspace, IntegrationId integration, EndUser endUser) {
    ConnectionId id = new ConnectionId(randomness.uuidV7());
    try (Sealer sealer = vault.hold(workspace); NewCredential content = content(endUser).build()) {
      database.run(workspace,
          tx -> vault.create(tx, ConnectionRow.active(workspace, id, integration, PROVIDER, endUser.id(), null,
              List.of("read"), List.of("read", "write"), ISSUED), content, sealer));
    }
    return id;
  }

  public CredentialRow freshRow(WorkspaceId workspace, ConnectionId connection) {
    return database.inWorkspace(workspace, tx -> vault.row(tx, connection).orElseThrow());
  }

  /** Runs SQL behind the proxy's back, as a superuser whose triggers and foreign keys are off. */
  public int sql(Store store, String sql, Object... values) {
    return superuser(store, true, sql, values);
  }

  /** Runs SQL as an operator would, with triggers on. */
  public int operatorSql(Store store, String sql, Object... values) {
    return superuser(store, false, sql, values);
  }

  private int superuser(Store store, boolean silent, String sql, Object... values) {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      if (silent) {
        statement.execute("set session_replication_role = replica");
      }
      try (PreparedStatement prepared = connection.prepareStatement(sql)) {
        for (int i = 0; i < values.length; i++) {
          prepared.setObject(i + 1, values[i]);
        }
        return prepared.executeUpdate();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** One binary value, read as superuser; empty for null. */
  public byte[] bytes(Store store, String sql, Object... values) {
    try (Connection connection = stores.superuser(store).getConnection();
        PreparedStatement prepared = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      try (ResultSet result = prepared.executeQuery()) {
        byte[] found = result.next() ? result.getBytes(1) : null;
        return found == null ? new byte[0] : found;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    envelopes.close();
    clientSecretsEnvelopes.close();
    deploymentKeys.close();
    notifications.close();
    clientSecretsNotifications.close();
    database.close();
    clientSecretsDatabase.close();
  }
}
