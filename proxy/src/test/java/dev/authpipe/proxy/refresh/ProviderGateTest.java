package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.db.ManualTicker;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

class ProviderGateTest {
  private final ManualTicker ticker = new ManualTicker();
  private final ProviderGate gate = new ProviderGate(RefreshSettings.usual(), ticker);
  private final WorkspaceId one = new WorkspaceId(UUID.randomUUID());
  private final WorkspaceId two = new WorkspaceId(UUID.randomUUID());
  private final IntegrationId integration = new IntegrationId(UUID.randomUUID());

  @Test
  void tenFailuresInARowCloseTheGateAndOneTripMayTryAgain() {
    for (int i = 0; i < 10; i++) {
      assertThat(gate.closedFor(one, integration)).isZero();
      gate.heard(one, integration, new TokenOutcome.Unknown("timeout"));
    }
    assertThat(gate.closedFor(one, integration)).isEqualTo(Duration.ofSeconds(5));
    ticker.advance(Duration.ofSeconds(5));
    assertThat(gate.closedFor(one, integration)).isZero();
    assertThat(gate.closedFor(one, integration)).as("half open").isPositive();
  }

  @Test
  void whatTheProviderSaysAboutOneGrantOpensTheGate() {
    for (int i = 0; i < 10; i++) {
      gate.heard(one, integration, new TokenOutcome.NotSent("unreachable"));
    }
    gate.heard(one, integration, new TokenOutcome.Refused("invalid_grant", 400));
    assertThat(gate.closedFor(one, integration)).isZero();
  }

  @Test
  void aWrongClientSecretClosesTheIntegrationAtOnce() {
    gate.heard(one, integration, new TokenOutcome.Misconfigured("invalid_client", 401));
    assertThat(gate.closedFor(one, integration)).isPositive();
  }

  @Test
  void anIntegrationWideRetryAfterIsHonoured() {
    gate.heard(one, integration, new TokenOutcome.Transient("other", 429, Optional.of(Duration.ofSeconds(77))));
    assertThat(gate.closedFor(one, integration)).isEqualTo(Duration.ofSeconds(77));
  }

  @Test
  @Tag("S35")
  void anotherWorkspaceHasAGateOfItsOwn() {
    gate.heard(one, integration, new TokenOutcome.Misconfigured("invalid_client", 401));
    assertThat(gate.closedFor(two, integration)).isZero();
  }

  @Test
  void turnsComeAtTheSettledRate() {
    for (int i = 0; i < 100; i++) {
      assertThat(gate.takeTurn(one, integration)).isZero();
    }
    assertThat(gate.takeTurn(one, integration)).isBetween(Duration.ofMillis(39), Duration.ofMillis(41));
    ticker.advance(Duration.ofMillis(40));
    assertThat(gate.takeTurn(one, integration)).isZero();
  }
}
