package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.http.ErrorCode;

/** A whole proxy, and a provider with an endpoint that answers with the credential it was sent: refused, recorded, counted and logged. */
@Tag("S26")
class EchoFlowTest {
  private static ProxyFixture proxy;
  private static String connection;

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    connection = proxy.connectUser("echoed-person");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?form=base64", "?form=base64url", "?form=hex", "?form=url", "?form=query", "?gzip=true",
      "?form=base64&gzip=true"})
  void noDressBringsTheAccessTokenToTheCaller(String query) {
    double before = refused();
    try {
      Met.of(proxy.application().send("GET", "/v1/proxy/" + connection + "/echo-authorization" + query, null,
          Map.of("Accept-Encoding", "gzip"))).assertIs(ErrorCode.CREDENTIAL_ECHOED, false);
    } catch (UncheckedIOException cut) {
      assertThat(cut).hasMessageContaining("chunked"); // the body came later than the head, which had gone out by then
    }
    assertThat(refused()).isEqualTo(before + 1);
  }

  private static double refused() {
    return proxy.metrics().lines().filter(line -> line.startsWith("authpipe_forward_echoes_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  @Test
  void itIsRecordedCountedAndLoggedWithoutWhatItWas() {
    String accessToken = proxy.application().accessToken(connection).expect(200).json().path("access_token").asText();
    byte[] logged;
    try (CapturedLogs logs = new CapturedLogs()) {
      proxy.application().proxied(connection, "/status/200?header=X-Sent:" + accessToken).expect(502);
      logged = logs.bytes();
    }
    assertThat(new String(logged, StandardCharsets.UTF_8)).contains("repeated the credential", connection)
        .doesNotContain(accessToken);
    assertThat(proxy.metrics()).containsPattern("authpipe_forward_echoes_total [1-9]")
        .contains("authpipe_forward_unguarded_total 0.0");
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
      String events = proxy.application().send("GET", "/v1/audit-events?type=credential.echoed&object=" + connection).expect(200)
          .text();
      assertThat(events).contains("\"credential.echoed\"", connection).doesNotContain(accessToken);
    });
  }

  @Test
  void whatTellsOnlyThatThereWasACredentialPasses() {
    assertThat(proxy.application().proxied(connection, "/echo").expect(200).text()).contains("present");
  }
}
