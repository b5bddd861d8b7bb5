package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Provisioning;
import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

class ProxyServerTest {
  @TempDir
  Path directory;

  @Test
  void healthAnswersOnTheManagementListenerOnly() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        ProxyServer server = ProxyServer.start(ProxyFiles.write(directory, stores, ""), ProxyOptions.NONE)) {
      assertThat(status(server.management().resolve("/health/live"))).isEqualTo(200);
      assertThat(status(server.management().resolve("/health/ready"))).isEqualTo(200);
      assertThat(text(server.management().resolve("/metrics"))).contains("authpipe_refresh_ahead_waiting 0.0",
          "authpipe_refresh_ahead_overdue_seconds 0.0", "authpipe_refresh_ahead_total{outcome=\"renewed\"} 0.0");
      assertThat(status(server.api().resolve("/health/live"))).isIn(401, 404);
      assertThat(status(server.api().resolve("/metrics"))).isIn(401, 404);
      assertThat(status(server.connect().resolve("/health/live"))).isIn(401, 404);
    }
  }

  @Test
  @Tag("S93")
  void aPortInUseStopsTheStartWithOneSentence() {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path file = ProxyFiles.write(directory, stores, "");
      try (ProxyServer server = ProxyServer.start(file, ProxyOptions.NONE)) {
        assertThat(server.api().getPort()).isPositive();
        assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
            .hasMessageContaining("in use");
      }
    }
  }

  @Test
  @Tag("S93")
  void aStoreThatDoesNotAnswerOrHasNoSchemaStopsTheStart() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path file = ProxyFiles.write(directory, stores, "");
      String good = Files.readString(file);
      Files.writeString(file,
          good.replace(stores.jdbcUrl(Store.VAULT), stores.jdbcUrl(Store.VAULT).replaceAll("/[^/]*$", "/postgres")));
      assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
          .hasMessageContaining("stores.vault.url does not have the schema of this version; run: authpipe migrate");
      Files.writeString(file, good.replace("url: " + stores.jdbcUrl(Store.CLIENT_SECRETS),
          "wait: 250 ms\n    url: jdbc:postgresql://127.0.0.1:1/none"));
      assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
          .hasMessageContaining("stores.client_secrets.url does not answer");
    }
  }

  @Test
  @Tag("S93")
  void aKekThatOthersMayReadStopsTheStart() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path file = ProxyFiles.write(directory, stores, "");
      Files.setPosixFilePermissions(directory.resolve("main.kek"), PosixFilePermissions.fromString("rw-r--r--"));
      assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
          .hasMessageContaining("the KEK main refuses");
    }
  }

  @Test
  void developmentMigratesEmptyStoresByItself() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path file = ProxyFiles.write(directory, stores, "");
      String text = Files.readString(file);
      for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
        String url = stores.jdbcUrl(store);
        String name = url.substring(url.lastIndexOf('/') + 1) + "_empty";
        Provisioning.create(store, stores.superuser(store), name, stores.password());
        text = text.replace("url: " + url + "\n", "url: " + url + "_empty\n    owner_password: {file: postgres}\n");
      }
      Files.writeString(file, text);
      try (ProxyServer server = ProxyServer.start(file, ProxyOptions.NONE)) {
        assertThat(status(server.management().resolve("/health/ready"))).isEqualTo(200);
      }
    }
  }

  @Test
  void theOperatorSeesScheduledWorkAndHasItDone() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path file = ProxyFiles.write(directory, stores, "jobs: {purges: \"0 0 1 1 *\"}\n");
      try (ProxyServer server = ProxyServer.start(file, ProxyOptions.NONE)) {
        assertThat(status(server.management().resolve("/health/ready"))).isEqualTo(200);
        await().atMost(Duration.ofSeconds(60))
            .until(() -> run("jobs", "list", "--config", file.toString()).out().contains("checkpoints")); // a replica has looked
        Ran done = run("jobs", "run", "checkpoints", "--config", file.toString());
        assertThat(done.err() + done.out()).contains("checkpoints: ok");
        assertThat(done.code()).isZero();
        assertThat(run("jobs", "list", "--config", file.toString()).out()).containsPattern("purges +0 0 1 1 \\* +never +never")
            .containsPattern("checkpoints +every \\d+s");
        Ran unknown = run("jobs", "run", "nothing", "--config", file.toString());
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("there is no job nothing; there are: [");
      }
      ProxyFiles.write(directory, stores, "jobs: {purge: 1 h}\n");
      assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
          .hasMessageContaining("there is no job purge; there are: [");
      ProxyFiles.write(directory, stores, "jobs: {purges: hourly}\n");
      assertThatThrownBy(() -> ProxyServer.start(file, ProxyOptions.NONE)).isInstanceOf(StartupException.class)
          .hasMessageContaining("a cron expression of five fields");
    }
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), words);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static String text(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static int status(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }
}
