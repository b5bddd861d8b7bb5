package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ErrorCode;

/** An API key for another integration cannot tell a connection from none, whatever the state of it, and causes no refresh. */
@Tag("S33")
class NarrowKeyTest {
  @Test
  void aConnectionOfAnotherIntegrationIsUnknownWhateverItsState() {
    JumpingClock clock = new JumpingClock();
    try (ProxyFixture proxy = ProxyFixture.with().clock(clock).start()) {
      ContractClient narrow = proxy.callerWithKey(proxy.apiKeys().create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES,
          Stream.of("--integration", "sandbox-key")));
      String connection = proxy.connectUser("narrow-user");
      assertUnknown(narrow, connection);

      clock.advance(ProofDeployment.PAST_EXPIRY);
      proxy.provider().forgetObservations();
      assertUnknown(narrow, connection);
      assertThat(proxy.provider().tokenCalls()).as("refreshes for somebody who may not see it").isZero();

      proxy.application().send("DELETE", "/v1/connections/" + connection).expect(200);
      Met.of(proxy.application().accessToken(connection)).assertIs(ErrorCode.DISCONNECTED, false);
      assertUnknown(narrow, connection);
    }
  }

  private static void assertUnknown(ContractClient caller, String connection) {
    Met.of(caller.accessToken(connection)).assertIs(ErrorCode.NOT_FOUND, false);
    Met.of(caller.proxied(connection, "/me")).assertIs(ErrorCode.NOT_FOUND, false);
  }
}
