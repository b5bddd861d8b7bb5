package dev.authpipe.proxy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ProblemException;
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
  void aRequestThatNamesTwoEndUsersIsRefusedWhereverTheyStand() {
    assertThat(EndUserGuard.named(List.of(), List.of())).isNull();
    assertThat(EndUserGuard.named(List.of("user-1"), List.of("user-1"))).isEqualTo("user-1");
    for (List<List<String>> both : List.of(List.of(List.of("user-1"), List.of("user-2")),
        List.of(List.of("user-1", "user-2"), List.<String>of()), List.of(List.<String>of(), List.of("user-1", "user-2")),
        List.of(List.of(""), List.of("user-1")))) {
      assertThatThrownBy(() -> EndUserGuard.named(both.getFirst(), both.getLast())).isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void theHeaderIsReadAsUtf8LikeTheQuery() {
    String received = new String("zo\u00eb".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(EndUserGuard.named(List.of(received), List.of("zo\u00eb"))).isEqualTo("zo\u00eb");
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
