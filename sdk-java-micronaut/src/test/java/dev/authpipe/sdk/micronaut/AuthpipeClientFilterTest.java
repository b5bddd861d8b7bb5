package dev.authpipe.sdk.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** A declarative client of Micronaut before a server that answers as the proxy does. */
class AuthpipeClientFilterTest {

  /** A client of the application. */
  @ThroughAuthpipe
  @Client("${authpipe.proxy}")
  interface Issues {
    @Get(value = "/issues", consumes = MediaType.TEXT_PLAIN)
    String list(@QueryValue String since);

    @Post(value = "/issues", processes = MediaType.TEXT_PLAIN)
    String open(@Body String title);

    @Get(value = "/lost", consumes = MediaType.TEXT_PLAIN)
    String lost();

    @Get(value = "/theirs", consumes = MediaType.TEXT_PLAIN)
    String theirs();

    @Get(value = "/issues", consumes = MediaType.TEXT_PLAIN)
    String withKeyOfItsOwn(@Header("Authorization") String own);
  }

  /** Another client of the application, which is nobody's business. */
  @Client("${authpipe.proxy}")
  interface Elsewhere {
    @Get(value = "/plain", consumes = MediaType.TEXT_PLAIN)
    String get();
  }

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private ApplicationContext application;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String proxy = "http://127.0.0.1:" + server.getAddress().getPort();
    ApiKey key = new ApiKey("ap_sk_testonly");
    application = ApplicationContext.builder(Map.of("authpipe.proxy", proxy)).singletons(key,
        Authpipe.at(java.net.URI.create(proxy), key).build(),
        (UserConnections) call -> new UserConnection(new ConnectionId("conn_01"), new EndUserId("ada"))).start();
  }

  @AfterEach
  void stop() {
    application.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
        + exchange.getRequestHeaders().getFirst("Authorization")
        + " " + exchange.getRequestHeaders().getFirst("Authpipe-End-User") + " " + body);
    String path = exchange.getRequestURI().getPath();
    int status = path.endsWith("/lost") || path.endsWith("/theirs") ? 424 : 200;
    if (path.endsWith("/lost")) {
      exchange.getResponseHeaders().set("Authpipe-Error", "reauth_required");
      exchange.getResponseHeaders().set("Authpipe-Request-Id", "req_1");
      exchange.getResponseHeaders().set("Retry-After", "12");
    }
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(status, 2);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write("ok".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void markedClientGoesThroughTheProxyWithTheEndUsersName() {
    Issues issues = application.getBean(Issues.class);

    assertThat(issues.list("2026-11-28T10:00:00+01:00")).isEqualTo("ok");
    assertThat(issues.open("grün")).isEqualTo("ok");

    assertThat(seen).containsExactly(
        "GET /v1/proxy/conn_01/issues?since=2026-11-28T10%3A00%3A00%2B01%3A00 Bearer ap_sk_testonly ada ",
        "POST /v1/proxy/conn_01/issues Bearer ap_sk_testonly ada grün");
  }

  @Test
  void clientThatIsNotMarkedIsLeftAlone() {
    assertThat(application.getBean(Elsewhere.class).get()).isEqualTo("ok");

    assertThat(seen).containsExactly("GET /plain null null ");
  }

  @Test
  void refusalOfTheProxyIsThrownAsItselfAndTheProvidersAsMicronautDoes() {
    Issues issues = application.getBean(Issues.class);

    assertThatThrownBy(issues::lost).isInstanceOfSatisfying(ConnectionUnusableException.class, refused -> {
      assertThat(refused.code()).isEqualTo(ErrorCode.REAUTH_REQUIRED);
      assertThat(refused.requestId()).contains("req_1");
      assertThat(refused.retryAfter()).contains(Duration.ofSeconds(12));
    });
    assertThatThrownBy(issues::theirs).isInstanceOf(HttpClientResponseException.class);
  }

  @Test
  void authorizationOfTheCallersOwnIsRefused() {
    assertThatThrownBy(() -> application.getBean(Issues.class).withKeyOfItsOwn("Bearer gho_mine"))
        .hasStackTraceContaining("not the caller's to set");
    assertThat(seen).isEmpty();
  }
}
