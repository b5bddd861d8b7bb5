package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.testkit.EmbeddedDatabases;

class ConfigurationFlowTest {
  private static final String ACME = """
      workspaces:
        - name: acme
          integrations:
            - slug: sandbox
              client_id: client_1
              client_secret: {file: sandbox.secret}
              scopes: [issues:read]
              return_urls: [https://app.example/connected]
              application_name: Acme
            - slug: keys
              provider: sandbox-key
      """;

  @TempDir
  Path directory;
  private EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();

  /** A proxy without listeners. */
  private static final class Replica implements AutoCloseable {
    final ApplicationContext context;
    final ConfigurationReload reload;

    Replica(Path file) {
      Deployment deployment = Deployment.read(file, Map.of());
      this.context = ProxyServer.context(deployment, ProxyOptions.NONE, false);
      context.getBean(DeploymentKeys.class).load();
      this.reload = context.getBean(ConfigurationReload.class);
      reload.first(deployment);
    }

    Configuration configuration() {
      return context.getBean(Configuration.class);
    }

    Integration integration(String slug) {
      Workspace workspace = configuration().workspaceNamed("acme").orElseThrow();
      return configuration().integration(workspace.id(), slug).orElseThrow();
    }

    @Override
    public void close() {
      context.close();
    }
  }

  @BeforeEach
  void writeSecret() throws Exception {
    Files.writeString(directory.resolve("sandbox.secret"), "first-secret-of-the-sandbox\n");
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }

  @Test
  void idsStayTheSameAcrossRestartsAndSecretsAreSealed() {
    Path file = ProxyFiles.write(directory, stores, ACME);
    Integration first;
    try (Replica replica = new Replica(file)) {
      first = replica.integration("sandbox");
      assertThat(replica.configuration().integration(first.id())).contains(first);
      assertThat(first.scopes()).containsExactly("issues:read");
      assertThat(secret(replica, first)).isEqualTo("first-secret-of-the-sandbox");
    }
    try (Replica replica = new Replica(file)) {
      assertThat(replica.integration("sandbox").id()).isEqualTo(first.id());
    }
    assertThat(count("select count(*) from audit_event where type = 'client_secret.set'", Store.CLIENT_SECRETS)).isEqualTo(1);
    assertThat(count("select count(*) from audit_event where type = 'integration.changed'", Store.VAULT)).isEqualTo(2);
  }

  @Test
  void twoReplicasThatStartAtOnceOnAnEmptyStoreAgree() throws Exception {
    Path file = ProxyFiles.write(directory, stores, ACME);
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Callable<Replica> start = () -> {
        together.await();
        return new Replica(file);
      };
      List<Future<Replica>> started = threads.invokeAll(List.of(start, start));
      try (Replica one = started.get(0).get(); Replica two = started.get(1).get()) {
        assertThat(one.integration("sandbox").id()).isEqualTo(two.integration("sandbox").id());
        assertThat(one.integration("keys").id()).isEqualTo(two.integration("keys").id());
        assertThat(secret(two, two.integration("sandbox"))).isEqualTo("first-secret-of-the-sandbox");
      }
    }
    assertThat(count("select count(*) from workspace", Store.VAULT)).isEqualTo(1);
    assertThat(count("select count(*) from workspace_keyset where state = 'active'", Store.VAULT)).isEqualTo(1);
    assertThat(count("select count(*) from audit_event where type = 'workspace.created'", Store.VAULT)).isEqualTo(1);
  }

  @Test
  void aWrongFileKeepsTheLastGoodConfigurationInMemoryAndOnDisk() throws Exception {
    Path file = ProxyFiles.write(directory, stores, ACME);
    String good = Files.readString(file);
    try (Replica replica = new Replica(file)) {
      Integration before = replica.integration("sandbox");
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.UNCHANGED);
      Files.writeString(file, good.replace("application_name: Acme", "aplication_name: Acme"));
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.REFUSED);
      assertThat(replica.integration("sandbox")).isEqualTo(before);
      Path copy = directory.resolve("data/last-good-authpipe.yaml");
      assertThat(copy).hasContent(good);
      assertThatThrownBy(() -> new Replica(file)).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("did you mean application_name?").hasMessageContaining(copy.toString());
      Files.writeString(file, good.replace("application_name: Acme", "application_name: Acme Limited"));
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.APPLIED);
      assertThat(replica.integration("sandbox").applicationName()).isEqualTo("Acme Limited");
      assertThat(replica.integration("sandbox").id()).isEqualTo(before.id());
    }
    assertThat(count("select count(*) from audit_event where type = 'configuration.refused'", Store.VAULT)).isEqualTo(1);
  }

  @Test
  void aChangedSecretFileIsSealedWithoutARestart() throws Exception {
    Path file = ProxyFiles.write(directory, stores,
        ACME.replace("{file: sandbox.secret}", "{file: sandbox.secret, keep_old: 2 h}"));
    try (Replica replica = new Replica(file)) {
      Files.writeString(directory.resolve("sandbox.secret"), "second, and longer, secret\n");
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.APPLIED);
      assertThat(secret(replica, replica.integration("sandbox"))).isEqualTo("second, and longer, secret");
      ClientSecretView view = replica.context.getBean(ClientSecrets.class)
          .view(replica.integration("sandbox").workspace(), replica.integration("sandbox").id()).orElseThrow();
      ClientSecretView.Previous previous = Objects.requireNonNull(view.previous());
      assertThat(previous.version()).isEqualTo(1);
      assertThat(previous.validUntil()).isBetween(view.since().plusSeconds(7100), view.since().plusSeconds(7300));
    }
  }

  @Test
  void aRemovedIntegrationIsUnknownAndItsIdComesBackWithIt() throws Exception {
    Path file = ProxyFiles.write(directory, stores, ACME);
    String good = Files.readString(file);
    try (Replica replica = new Replica(file)) {
      Integration keys = replica.integration("keys");
      Files.writeString(file, good.substring(0, good.indexOf("  - slug: keys")));
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.APPLIED);
      assertThat(replica.configuration().integration(keys.id())).isEmpty();
      assertThat(count("select count(*) from integration where disabled_at is not null", Store.VAULT)).isEqualTo(1);
      Files.writeString(file, good);
      assertThat(replica.reload.look()).isEqualTo(ConfigurationReload.Outcome.APPLIED);
      assertThat(replica.integration("keys").id()).isEqualTo(keys.id());
      assertThat(count("select count(*) from integration where disabled_at is not null", Store.VAULT)).isZero();
    }
  }

  @Test
  @Tag("S2")
  void anIntegrationRowThatWasChangedBySqlIsRefused() throws Exception {
    Path file = ProxyFiles.write(directory, stores, ACME);
    new Replica(file).close();
    execute("update integration set provider = 'slack' where slug = 'sandbox'");
    assertThatThrownBy(() -> new Replica(file)).isInstanceOf(IntegrityException.class);
    execute("update integration set provider = 'sandbox' where slug = 'sandbox'");
    execute("update workspace set kek_name = 'client-secrets'");
    assertThatThrownBy(() -> new Replica(file)).isInstanceOf(IntegrityException.class);
  }

  @Test
  void theProviderOfAnIntegrationCannotChange() throws Exception {
    Path file = ProxyFiles.write(directory, stores, ACME);
    new Replica(file).close();
    Files.writeString(file, Files.readString(file).replace("- slug: sandbox\n", "- slug: sandbox\n        provider: google\n"));
    assertThatThrownBy(() -> new Replica(file)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("choose another slug");
  }

  private static String secret(Replica replica, Integration integration) {
    return replica.context.getBean(ClientSecrets.class)
        .open(integration.workspace(), integration.id(), integration.tokenOrigin(Map.of())).orElseThrow().expose();
  }

  private long count(String sql, Store store) {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (java.sql.SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
