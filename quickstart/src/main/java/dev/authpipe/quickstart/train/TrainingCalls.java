package dev.authpipe.quickstart.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.ConcealedText;

/**
 * What a proxy is trained on: token reads and proxied calls over TLS on both sides, by HTTP/1.1 and HTTP/2, with a key and a connection that are
 * made for it. Every answer is looked at: a cache of refusals would be worth nothing.
 */
final class TrainingCalls implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int CALLERS = 8;
  private static final byte[] BODY = "x".repeat(2_000).getBytes(StandardCharsets.US_ASCII);

  private final TrainingGround ground;
  private final ConcealedText apiKey;
  private final String connection;
  private final List<HttpClient> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Makes the key by the operator's command and the connection by the API. */
  TrainingCalls(TrainingGround ground) throws IOException, InterruptedException {
    this.ground = ground;
    for (HttpClient.Version version : HttpClient.Version.values()) {
      if (version == HttpClient.Version.HTTP_1_1 || version == HttpClient.Version.HTTP_2) {
        clients.add(HttpClient.newBuilder().version(version).sslContext(ground.trust()).executor(threads).build());
      }
    }
    this.apiKey = apiKey(ground.settings());
    this.connection = connection();
  }

  private static ConcealedText apiKey(Path settings) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err, "api-key", "create", "--json", "--config", settings.toString(), "--name", "training", "--scope",
        "connections:write,tokens:read,proxy");
    if (code != 0) {
      throw new IOException("api-key create ended with " + code);
    }
    return ConcealedText.of(JSON.readTree(out.toString(StandardCharsets.UTF_8)).path("api_key").asText());
  }

  private String connection() throws IOException, InterruptedException {
    String expires = Instant.now().plus(Duration.ofHours(2)).toString();
    String body = JSON.writeValueAsString(Map.of("integration", TrainingGround.INTEGRATION, "end_user", Map.of("id", "training"),
        "credential", Map.of("type", "oauth2", "access_token", "t".repeat(BODY.length), "refresh_token", "r".repeat(64),
            "expires_at", expires)));
    HttpResponse<String> answer = clients.getFirst().send(request("/v1/connections").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    JsonNode made = JSON.readTree(checked(answer, 201).body());
    return made.path("id").asText();
  }

  /** Calls until each caller has made that many rounds, or the time is over; answers how many calls were answered as they should be. */
  int run(int rounds, Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    List<Callable<Integer>> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      HttpClient client = clients.get(caller % 4 == 0 ? 1 : 0); // most callers speak HTTP/1.1
      callers.add(() -> calls(client, rounds, end));
    }
    int made = 0;
    try {
      for (Future<Integer> caller : threads.invokeAll(callers)) {
        made += caller.get();
      }
    } catch (ExecutionException failed) {
      throw new IOException("a training call failed", failed);
    }
    return made;
  }

  private int calls(HttpClient client, int rounds, long end) throws IOException, InterruptedException {
    int made = 0;
    for (int round = 0; round < rounds && System.nanoTime() < end; round++) {
      String proxied = "/v1/proxy/" + connection;
      send(client, request("/v1/connections/" + connection + "/token").GET());
      send(client, request(proxied + "/short").GET());
      send(client, request(proxied + "/short").GET());
      send(client,
          round % 4 == 0 ? request(proxied + "/long").GET() : request(proxied + "/short").POST(BodyPublishers.ofByteArray(BODY)));
      made += 4;
    }
    return made;
  }

  private static void send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
    checked(client.send(request.build(), BodyHandlers.ofByteArray()), 200);
  }

  private static <T> HttpResponse<T> checked(HttpResponse<T> answer, int status) throws IOException {
    if (answer.statusCode() != status) {
      throw new IOException("a training call was answered with " + answer.statusCode());
    }
    return answer;
  }

  private HttpRequest.Builder request(String path) {
    URI address = ground.api().resolve(path);
    return HttpRequest.newBuilder(address).timeout(PATIENCE).header("Authorization", "Bearer " + apiKey.reveal());
  }

  @Override
  public void close() {
    clients.forEach(HttpClient::shutdownNow);
    threads.shutdownNow();
  }
}
