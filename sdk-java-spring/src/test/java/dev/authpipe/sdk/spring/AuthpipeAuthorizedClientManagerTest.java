package dev.authpipe.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** The manager in the hands of Spring's own classes, before a server that answers as the proxy and as a provider do. */
class AuthpipeAuthorizedClientManagerTest {
  private static final Authentication ADA = new TestingAuthenticationToken("ada", "password");
  private static final Authentication BOB = new TestingAuthenticationToken("bob", "password");

  private final List<String> atProvider = new CopyOnWriteArrayList<>();
  private final List<String> atProxy = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private AuthpipeAuthorizedClientManager manager;
  private volatile String answer = issued(1, "Bearer");
  private volatile int status = 200;
  private volatile String accepted = "Bearer at-1";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/connections/conn_01/token", exchange -> {
      atProxy.add(exchange.getRequestHeaders().getFirst("Authpipe-End-User"));
      reply(exchange, status, status == 200 ? "application/json" : "application/problem+json", answer);
    });
    server.createContext("/provider", exchange -> {
      String sent = exchange.getRequestHeaders().getFirst("Authorization");
      atProvider.add(sent);
      reply(exchange, accepted.equals(sent) ? 200 : 401, "text/plain", "hello");
    });
    server.start();
    Authpipe authpipe = Authpipe.at(address(), new ApiKey("ap_sk_testonly")).build();
    manager = new AuthpipeAuthorizedClientManager(authpipe, new UserConnections() {
      @Override
      public Optional<UserConnection> find(String registration, Authentication principal) {
        return principal.getName().equals("ada")
            ? Optional.of(new UserConnection(new ConnectionId("conn_01"), new EndUserId("ada")))
            : Optional.empty();
      }

      @Override
      public boolean supports(String registration) {
        return registration.equals("sandbox");
      }
    });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static String issued(int generation, String type) {
    return "{\"access_token\":\"at-" + generation + "\",\"token_type\":\"" + type
        + "\",\"expires_at\":\"2126-11-28T12:00:00Z\",\"scopes\":[\"issues:read\"],\"generation\":" + generation + "}";
  }

  private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static OAuth2AuthorizeRequest request(String registration, Authentication principal) {
    return OAuth2AuthorizeRequest.withClientRegistrationId(registration).principal(principal).build();
  }

  private void refuse(int refusal, String code) {
    status = refusal;
    answer = "{\"status\":" + refusal + ",\"code\":\"" + code + "\",\"detail\":\"what to do\",\"request_id\":\"req_1\"}";
  }

  @Test
  void authorizedClientIsOfThePrincipalAndHasNoRefreshToken() {
    OAuth2AuthorizedClient client = Objects.requireNonNull(manager.authorize(request("sandbox", ADA)));

    assertThat(client.getAccessToken().getTokenValue()).isEqualTo("at-1");
    assertThat(client.getAccessToken().getScopes()).containsExactly("issues:read");
    assertThat(client.getAccessToken().getExpiresAt()).isAfter("2126-01-01T00:00:00Z");
    assertThat(client.getRefreshToken()).isNull();
    assertThat(client.getPrincipalName()).isEqualTo("ada");
    assertThat(client.getClientRegistration().getRegistrationId()).isEqualTo("sandbox");
    assertThat(atProxy).containsExactly("ada");
  }

  @Test
  void whoHasNoConnectionHasToConnectAndTheProxyIsNotAsked() {
    assertThatThrownBy(() -> manager.authorize(request("sandbox", BOB))).isInstanceOf(ClientAuthorizationRequiredException.class);
    assertThat(atProxy).isEmpty();
  }

  @Test
  void connectionThatIsLostHasToBeConnectedAgain() {
    refuse(424, "reauth_required");

    assertThatThrownBy(() -> manager.authorize(request("sandbox", ADA)))
        .isInstanceOfSatisfying(ClientAuthorizationRequiredException.class,
            required -> assertThat(required.getClientRegistrationId()).isEqualTo("sandbox"))
        .hasCauseInstanceOf(ConnectionUnusableException.class);
  }

  @Test
  void otherRefusalsKeepTheirCode() {
    refuse(403, "proxy_only");

    assertThatThrownBy(() -> manager.authorize(request("sandbox", ADA)))
        .isNotInstanceOf(ClientAuthorizationRequiredException.class)
        .isInstanceOfSatisfying(ClientAuthorizationException.class,
            failed -> assertThat(failed.getError().getErrorCode()).isEqualTo("proxy_only"));
  }

  @Test
  void tokenThatIsNoBearerTokenIsNotPassedOffAsOne() {
    answer = issued(1, "DPoP");

    assertThatThrownBy(() -> manager.authorize(request("sandbox", ADA))).isInstanceOf(ClientAuthorizationException.class);
  }

  @Test
  void registrationOfSomebodyElseIsLeftToOthers() {
    assertThat(manager.authorize(request("another", ADA))).isNull();
  }

  @Test
  void restClientSendsTheTokenAndARefusedOneIsReadAnew() {
    OAuth2ClientHttpRequestInterceptor interceptor = new OAuth2ClientHttpRequestInterceptor(manager);
    interceptor.setClientRegistrationIdResolver(request -> "sandbox");
    interceptor.setPrincipalResolver(request -> ADA);
    interceptor.setAuthorizationFailureHandler(manager);
    RestClient rest = RestClient.builder().requestInterceptor(interceptor).build();
    URI resource = address().resolve("/provider/me");

    assertThat(rest.get().uri(resource).retrieve().body(String.class)).isEqualTo("hello");
    assertThat(rest.get().uri(resource).retrieve().body(String.class)).isEqualTo("hello");
    assertThat(atProxy).hasSize(1);
    accepted = "Bearer at-2";
    answer = issued(2, "Bearer");
    assertThatThrownBy(() -> rest.get().uri(resource).retrieve().body(String.class))
        .isInstanceOf(HttpClientErrorException.Unauthorized.class);
    assertThat(rest.get().uri(resource).retrieve().body(String.class)).isEqualTo("hello");

    assertThat(atProvider).containsExactly("Bearer at-1", "Bearer at-1", "Bearer at-1", "Bearer at-2");
    assertThat(atProxy).hasSize(2);
  }
}
