package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConflictException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.KeyRejectedException;
import dev.authpipe.sdk.error.LimitedException;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.ProviderUnavailableException;
import dev.authpipe.sdk.error.ProxyUnavailableException;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.transport.RetryPolicy;
import dev.authpipe.sdk.value.ConnectionId;

class RefusalsTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final String GET = "GET /v1/connections/conn_01";
  private static final String REFRESH = "POST /v1/connections/conn_01/refresh";
  private static final String ANSWER = "{\"id\":\"conn_01\",\"integration\":\"slack\",\"end_user\":\"ada\",\"status\":\"active\"}";

  private final ContractServer server = new ContractServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private AuthpipeException refused() {
    AuthpipeException refusal = catchThrowableOfType(
        AuthpipeException.class, () -> server.client().connections().get(ID));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static Class<?> whoMustAct(AuthpipeException refusal) {
    return refusal.getClass();
  }

  @ParameterizedTest
  @CsvSource({
      "400, RequestRejectedException", "422, RequestRejectedException", "401, KeyRejectedException",
      "403, KeyRejectedException", "404, NotFoundException", "409, ConflictException", "424, ConnectionUnusableException",
      "429, LimitedException", "502, ProviderUnavailableException", "504, ProviderUnavailableException",
      "503, ProxyUnavailableException", "418, UnexpectedAnswerException", "500, ProxyUnavailableException",
      "405, RequestRejectedException"
  })
  void statusDecidesWhoMustActAndAnUnknownCodeSurvives(int status, String type) {
    server.onProblem(GET, status, "code_of_tomorrow");

    AuthpipeException refusal = refused();

    assertThat(whoMustAct(refusal).getSimpleName()).isEqualTo(type);
    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.code()).isEqualTo(new ErrorCode("code_of_tomorrow"));
    assertThat(refusal.requestId()).contains("req_1");
    assertThat(refusal).hasMessage(status + " code_of_tomorrow: what to do (request req_1)");
  }

  @Test
  void everyExceptionIsOfTheSealedFamily() {
    assertThat(AuthpipeException.class.getPermittedSubclasses())
        .containsExactlyInAnyOrder(
            RequestRejectedException.class, KeyRejectedException.class, NotFoundException.class,
            ConflictException.class, ConnectionUnusableException.class, LimitedException.class,
            ProviderUnavailableException.class, ProxyUnavailableException.class,
            UnexpectedAnswerException.class, NoAnswerException.class);
  }

  @Test
  void refusalThatIsNoProblemDocumentStillEndsInTheRightPlace() {
    server.on(GET, exchange -> ContractServer.reply(exchange, 502, "text/html", "<h1>stray gateway: secret</h1>"));

    AuthpipeException refusal = refused();

    assertThat(refusal).isInstanceOf(ProviderUnavailableException.class).hasMessageNotContaining("secret");
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNEXPECTED_ANSWER);
  }

  @Test
  void brokenProblemDocumentIsNoCrash() {
    server.on(GET, exchange -> ContractServer.reply(exchange, 409, "application/problem+json", "{\"code\":7}"));

    assertThat(refused()).isInstanceOf(ConflictException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"id\":", "{\"id\":\"conn_1\",\"id\":\"conn_2\"}", "{} {}", "<html>"})
  void answerThatIsNotExactlyOneJsonObjectIsRefused(String body) {
    server.onJson(GET, 200, body);

    assertThat(refused()).isInstanceOf(UnexpectedAnswerException.class);
  }

  @Test
  void deepJsonIsRefused() {
    server.onJson(GET, 200, "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}");

    assertThat(refused()).isInstanceOf(UnexpectedAnswerException.class);
  }

  @Test
  void answerBeyondTheLimitIsRefused() {
    server.on(GET, exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] block = new byte[64 * 1024];
      try (OutputStream out = exchange.getResponseBody()) {
        for (int sent = 0; sent <= Limits.ANSWER_BYTES; sent += block.length) {
          out.write(block);
        }
      }
    });

    assertThat(refused()).isInstanceOf(UnexpectedAnswerException.class).hasMessageContaining("longer than");
  }

  @Test
  void redirectIsNeverFollowedWithTheApiKey() {
    server.on(GET, exchange -> {
      exchange.getResponseHeaders().set("Location", "/elsewhere");
      ContractServer.reply(exchange, 302, "text/plain", "");
    });

    assertThat(refused()).isInstanceOf(UnexpectedAnswerException.class);
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void retryAfterIsPassedOnAndWaitedForWhenShort() {
    List<Duration> waits = new ArrayList<>();
    server.on(GET, exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "2");
      ContractServer.reply(exchange, 429, "application/problem+json", ContractServer.problem(429, "rate_limited"));
    }).onJson(GET, 200, ANSWER);

    server.builder().pause(waits::add).build().connections().get(ID);

    assertThat(waits).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void longRetryAfterIsTheCallersToWait() {
    server.on(GET, exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "3600");
      ContractServer.reply(exchange, 429, "application/problem+json", ContractServer.problem(429, "rate_limited"));
    });

    assertThat(refused().retryAfter()).contains(Duration.ofHours(1));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void readIsRepeatedWhileTheProxyIsAwayAndGivesUpAfterThree() {
    server.onProblem(GET, 503, "store_unavailable");

    assertThat(refused()).isInstanceOf(ProxyUnavailableException.class);
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void callWithAnEffectIsNeverRepeated() {
    server.onProblem(REFRESH, 503, "store_unavailable");

    assertThatThrownBy(() -> server.client().connections().refresh(ID)).isInstanceOf(ProxyUnavailableException.class);
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void proxyThatIsNotThereIsNamedAsSuch() {
    URI gone = server.address();
    server.close();
    List<Duration> waits = new ArrayList<>();
    Authpipe authpipe = Authpipe.at(gone, ContractServer.API_KEY).pause(waits::add).build();

    assertThatThrownBy(() -> authpipe.connections().refresh(ID))
        .isInstanceOfSatisfying(NoAnswerException.class, e -> {
          assertThat(e.timedOut()).isFalse();
          assertThat(e.status()).isZero();
        });
    assertThat(waits).as("nothing was sent, so trying again is safe").hasSize(2);
  }

  @Test
  void silentProxyEndsInATimeout() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    server.on(GET, exchange -> {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    Authpipe authpipe = server.builder().timeout(Duration.ofMillis(200)).retries(RetryPolicy.never()).build();

    assertThatThrownBy(() -> authpipe.connections().get(ID))
        .isInstanceOfSatisfying(NoAnswerException.class, e -> assertThat(e.timedOut()).isTrue());
    done.countDown();
  }

  @Test
  void answerThatStopsInTheMiddleEndsInATimeout() {
    CountDownLatch done = new CountDownLatch(1);
    server.on(GET, exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    Authpipe authpipe = server.builder().timeout(Duration.ofMillis(400)).retries(RetryPolicy.never()).build();

    assertThatThrownBy(() -> authpipe.connections().get(ID))
        .isInstanceOfSatisfying(NoAnswerException.class, e -> assertThat(e.timedOut()).isTrue());
    done.countDown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://authpipe.internal:8400", "ftp://localhost", "https://user@authpipe.internal", "https://a/?x=1",
      "/v1"})
  void addressThatWouldShowTheApiKeyIsRefused(String address) {
    assertThatThrownBy(() -> Authpipe.at(URI.create(address), ContractServer.API_KEY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
