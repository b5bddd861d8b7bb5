package dev.authpipe.proxy.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

@Tag("S32")
class EndUserGuardTest {
  @Test
  void aNamedEndUserMustBeTheConnectionsOwn() {
    assertThat(EndUserGuard.check(caller(false), "user-1", "user-1")).isEqualTo(EndUserGuard.Outcome.ALLOWED);
    assertThat(EndUserGuard.check(caller(false), "user-2", "user-1")).isEqualTo(EndUserGuard.Outcome.OTHER_PERSON);
    assertThat(EndUserGuard.check(caller(true), "user-", "user-1")).isEqualTo(EndUserGuard.Outcome.OTHER_PERSON);
    assertThat(EndUserGuard.check(caller(true), "", "user-1")).isEqualTo(EndUserGuard.Outcome.OTHER_PERSON);
  }

  @Test
  void aKeyThatMustNameTheEndUserCannotOmitIt() {
    assertThat(EndUserGuard.check(caller(false), null, "user-1")).isEqualTo(EndUserGuard.Outcome.ALLOWED);
    assertThat(EndUserGuard.check(caller(true), null, "user-1")).isEqualTo(EndUserGuard.Outcome.NOT_NAMED);
  }

  @Test
  void anIntegrationOutsideTheKeyIsNotSeen() {
    IntegrationId mine = new IntegrationId(UUID.randomUUID());
    Caller bound = new Caller(new WorkspaceId(UUID.randomUUID()), new ApiKeyId(UUID.randomUUID()), Set.of(Scope.PROXY),
        Set.of(mine), false);
    assertThat(bound.maySee(mine)).isTrue();
    assertThat(bound.maySee(new IntegrationId(UUID.randomUUID()))).isFalse();
    assertThat(caller(false).maySee(mine)).isTrue();
  }

  private static Caller caller(boolean requireEndUser) {
    return new Caller(new WorkspaceId(UUID.randomUUID()), new ApiKeyId(UUID.randomUUID()), Set.of(Scope.PROXY), Set.of(),
        requireEndUser);
  }
}
