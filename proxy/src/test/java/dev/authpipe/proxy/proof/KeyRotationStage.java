package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.TransitServer;

/**
 * Two replicas in processes of their own that serve, and what rotates keys, in further processes that are killed (SIGKILL) when a certain statement
 * of theirs is on its way to the store: a third replica, whose job rotations are the work of, and operator's commands. The two that serve leave
 * that job to the third. All KEKs are keys of a transit engine.
 */
final class KeyRotationStage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int MOST_TRIES = 4;
  private static final String FILES = "keks: {main: {file: main.kek}, client-secrets: {file: client-secrets.kek}}";

  private final TransitServer kms = TransitServer.start("transit", "", null);
  private final StoreRelay relay = StoreRelay.to(EmbeddedDatabases.shared().port());
  private final ProofDeployment deployment;
  private final List<ProxyProcess> serving = new ArrayList<>();
  private final Path killed;
  final KmsKey mainKey = kms.key("main");
  final KmsKey clientSecretsKey = kms.key("client-secrets");
  final ContractClient application;
  final List<String> refreshed;
  final List<String> connections = new ArrayList<>();
  private boolean throughRelay;
  private @Nullable ProxyProcess rotating;

  /** @param more further workspaces, which have nothing but their keysets */
  KeyRotationStage(int credentials, int more) {
    StringBuilder workspaces = new StringBuilder();
    for (int i = 0; i < more; i++) {
      workspaces.append("  - {name: more-%d}\n".formatted(i));
    }
    deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), workspaces.toString(),
        url -> throughRelay ? relay.through(url) : url, ProofDeployment.Extras.NONE);
    write(deployment.directory().resolve("token"), kms.token());
    for (int i = 0; i < 2; i++) {
      serving.add(started(settings("jobs: {keyset-rotation: \"0 0 1 1 *\"}\n")));
    }
    throughRelay = true;
    killed = settings("jobs: {keyset-rotation: 1 s}\n");
    throughRelay = false;
    Path direct = settings("");
    String apiKey = new ApiKeyFactory(direct).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    application = new ContractClient(serving.getFirst().addresses().api(), apiKey);
    deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
        serving.getFirst().addresses().connect());
    IncidentStage imports = new IncidentStage(deployment, application);
    refreshed = imports.imported("sandbox", credentials / 2);
    connections.addAll(refreshed);
    connections.addAll(imports.importedKeys(credentials - credentials / 2));
  }

  private Path settings(String more) {
    Path file = deployment.settings();
    String keks = "keks: {main: %s, client-secrets: %s}".formatted(kek(mainKey), kek(clientSecretsKey));
    try {
      return write(file, more + Files.readString(file).replace(FILES, keks));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String kek(KmsKey key) {
    return "{kind: transit, address: \"%s\", key: %s, token: {file: token}}".formatted(kms.origin(), key.name());
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Callers at both replicas. */
  RequestLoad load(int perSecond) {
    List<URI> replicas = serving.stream().map(one -> one.addresses().api()).toList();
    return new RequestLoad(replicas, application.authorization(), perSecond, connections, refreshed);
  }

  /** Begins a command by the way on which it can be stopped. */
  OperatorProcess command(String... arguments) {
    return OperatorProcess.start(killed, arguments);
  }

  /** As whatever watches over processes does: one that did not get an answer of its KEKs in time, on a busy machine, is started again. */
  private ProxyProcess started(Path settings) {
    for (int tries = 1;; tries++) {
      try {
        return ProxyProcess.start(settings, deployment.standIns());
      } catch (AssertionError ended) {
        if (tries == MOST_TRIES) {
          throw ended;
        }
      }
    }
  }

  /** Runs a command to its end, again where it did not get an answer in time; what it said. */
  String completed(String... arguments) {
    for (int tries = 1;; tries++) {
      try (OperatorProcess command = command(arguments)) {
        int code = command.awaitEnd();
        if (code == 0) {
          return command.out();
        }
        assertThat(tries).as(command.err()).isLessThan(MOST_TRIES);
      }
    }
  }

  /** A third replica that rotates, where there is none. */
  void rotates() {
    if (rotating == null) {
      rotating = started(killed);
    }
  }

  /** Kills the replica that rotates when it sends this statement for the n-th time. */
  void killsRotating(String statement, int time, Runnable begin) {
    relay.stallAt(statement, time);
    rotates();
    begin.run();
    relay.awaitStalled();
    Objects.requireNonNull(rotating).kill();
    rotating = null;
    relay.lose();
    sql(Store.VAULT, "update job set owner = null, lease_until = null, failures = 0 where name = 'keyset-rotation'");
  }

  /** Kills a command when it sends this statement for the n-th time. */
  void killsCommand(String statement, int time, String... arguments) {
    relay.stallAt(statement, time);
    for (int tries = 1; !relay.isStalled(); tries++) {
      try (OperatorProcess command = command(arguments)) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
            .until(() -> relay.isStalled() || command.hasEnded());
        if (relay.isStalled()) {
          command.kill();
        }
        assertThat(tries).as(command.err()).isLessThan(MOST_TRIES);
      }
    }
    relay.lose();
  }

  /** Kills a command when it has said these words beside its result. */
  void killsCommandThatSays(String words, String... arguments) {
    for (int tries = 1;; tries++) {
      try (OperatorProcess command = command(arguments)) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
            .until(() -> command.err().contains(words) || command.hasEnded());
        if (command.err().contains(words)) {
          command.kill();
          return;
        }
        assertThat(tries).as(command.err()).isLessThan(MOST_TRIES);
      }
    }
  }

  /** Lets the time of the rotation pass, in both stores. */
  void passes(String column) {
    passes(Store.VAULT, column);
    passes(Store.CLIENT_SECRETS, column);
  }

  void passes(Store store, String column) {
    sql(store,
        "update %1$s set %2$s = %2$s - interval '7 minutes' where workspace_id = (%3$s) and state <> 'destroyed'".formatted(
            store == Store.VAULT ? "workspace_keyset" : "client_keyset", column, own()));
  }

  /** Waits until a store's keyset of before was found to be named by nothing, and lets the time pass for which that must be so. */
  void unusedForLong(Store store) {
    String noted = "select count(*) from " + (store == Store.VAULT ? "workspace_keyset" : "client_keyset")
        + " where state = 'decrypt_only' and unused_since is not null";
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> text(store, noted).equals("1"));
    passes(store, "unused_since");
  }

  private String own() {
    return "select '" + Behind.text(deployment, Store.VAULT, "select workspace_id from workspace where name = '"
        + ProofDeployment.OWN + "'") + "'::uuid";
  }

  void sql(Store store, String statement) {
    Behind.execute(deployment, store, statement);
  }

  String text(Store store, String query) {
    return Behind.text(deployment, store, query);
  }

  /** The states of the workspace's keysets, those of the vault first. */
  String states() {
    String states = "select string_agg(state, ' ' order by keyset_version) from %s where workspace_id = (" + own() + ")";
    return text(Store.VAULT, states.formatted("workspace_keyset")) + ", "
        + text(Store.CLIENT_SECRETS, states.formatted("client_keyset"));
  }

  void awaitStates(String vault, String clientSecrets) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(states()).isEqualTo(vault + ", " + clientSecrets));
  }

  /** How many key ids credentials and client secrets name. */
  Map<Store, Integer> keyIds() {
    String of = "select count(distinct substring(sealed from 3 for 4)) from %s where workspace_id = (" + own() + ")";
    return Map.of(Store.VAULT, Integer.parseInt(text(Store.VAULT, of.formatted("credential"))), Store.CLIENT_SECRETS,
        Integer.parseInt(text(Store.CLIENT_SECRETS, of.formatted("client_secret"))));
  }

  /** Every connection still works, its refresh token too, and at every replica. */
  void everythingLives() {
    for (ProxyProcess replica : serving) {
      ContractClient there = application.at(replica.addresses().api());
      connections.forEach(one -> there.accessToken(one).expect(200));
      refreshed.forEach(one -> there.send("POST", "/v1/connections/" + one + "/refresh").expect(200));
    }
  }

  @Override
  public void close() {
    if (rotating != null) {
      rotating.close();
    }
    serving.forEach(ProxyProcess::close);
    relay.close();
    deployment.close();
    kms.close();
  }
}
