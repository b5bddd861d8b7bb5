package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      assertThat(status(server.management().resolve("/metrics"))).isEqualTo(200);
      assertThat(status(server.api().resolve("/health/live"))).isIn(401, 404);
      assertThat(status(server.api().resolve("/metrics"))).isIn(401, 404);
      assertThat(status(server.connect().resolve("/health/live"))).isIn(401, 404);
    }
  }

  private static int status(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }
}
