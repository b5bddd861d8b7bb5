package dev.authpipe.proxy.refresh;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** Several replicas, a real provider and real PostgreSQL, for each test anew. The databases are those of every class that extends this one, and go with the server. */
abstract class RefreshStage {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();

  static final AuditActor CALLER = AuditActor.system("test");

  Stage stage = new Stage(Scene.none(), STORES);

  static Stream<Scene> scenes() {
    return Stream.of(Scene.none(), Scene.grace(), Scene.strict());
  }

  void play(Scene scene) {
    if (!scene.equals(Scene.none())) {
      stage.close();
      stage = new Stage(scene, STORES);
    }
  }

  @AfterEach
  void leave() {
    stage.close();
  }

  static long generation(@Nullable FreshOutcome outcome) {
    if (!(outcome instanceof FreshOutcome.Fresh(OpenCredential fresh))) {
      throw new AssertionError("not fresh: " + outcome);
    }
    try (OpenCredential opened = fresh) {
      return opened.generation();
    }
  }

  int refreshes() {
    return stage.server.calls(Call.REFRESH);
  }

  CredentialState state(ConnectionId connection) {
    return row(connection).state();
  }

  CredentialRow row(ConnectionId connection) {
    return stage.one().database.inWorkspace(stage.workspace, tx -> stage.one().vault.row(tx, connection)).orElseThrow();
  }

  CompletableFuture<FreshOutcome> inBackground(Supplier<FreshOutcome> work) {
    CompletableFuture<FreshOutcome> result = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        result.complete(work.get());
      } catch (RuntimeException failure) {
        result.completeExceptionally(failure);
      }
    });
    return result;
  }
}
