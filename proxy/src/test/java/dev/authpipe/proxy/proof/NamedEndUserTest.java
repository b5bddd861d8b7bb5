package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ErrorCode;

/** An application that mixes up two of its users gets nothing of the other: a connection of somebody else is as good as none. */
@Tag("S32")
class NamedEndUserTest {
  private static final Map<String, String> ADA = Map.of("Authpipe-End-User", "named-ada");
  private static final Map<String, String> GRACE = Map.of("Authpipe-End-User", "named-grace");
  private static ProxyFixture proxy;
  private static String ofAda;

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    ofAda = proxy.connectUser("named-ada");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void nobodyElsesAccessTokenIsRead() {
    String path = "/v1/connections/" + ofAda + "/token";
    assertUnknown(proxy.application().send("GET", path, null, GRACE));
    assertUnknown(proxy.application().send("GET", path + "?end_user=named-grace"));
    Met.of(proxy.application().send("GET", path + "?end_user=named-grace", null, ADA)).assertIs(ErrorCode.INVALID_REQUEST, false);
    proxy.application().send("GET", path, null, ADA).expect(200);
  }

  @Test
  void noCallIsMadeWithSomebodyElsesCredential() {
    String path = "/v1/proxy/" + ofAda + "/me";
    assertUnknown(proxy.application().send("GET", path, null, GRACE));
    proxy.application().send("GET", path, null, ADA).expect(200);
  }

  @Test
  void nobodyElsesConnectionIsShownProbedOrEnded() {
    String path = "/v1/connections/" + ofAda;
    assertUnknown(proxy.application().send("GET", path, null, GRACE));
    assertUnknown(proxy.application().send("POST", path + "/probe", null, GRACE));
    assertUnknown(proxy.application().send("POST", path + "/refresh", null, GRACE));
    assertUnknown(proxy.application().send("DELETE", path, null, GRACE));
    assertThat(proxy.application().send("GET", path, null, ADA).expect(200).json().path("status").asText()).isEqualTo("active");
  }

  private static void assertUnknown(ContractAnswer answer) {
    Met.of(answer).assertIs(ErrorCode.NOT_FOUND, false);
  }
}
