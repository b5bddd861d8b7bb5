package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.wire.ConnectionId;

@Tag("S43")
class AuditEntryTest {
  private static final AuditObject CONNECTION = AuditObject.connection(new ConnectionId(UUID.randomUUID()));

  @ParameterizedTest
  @ValueSource(strings = {"Ada Lovelace", "ada@example.com", "two words", "", "line\nbreak", "192.168.0.1 seen", "{\"a\":1}"})
  void freeTextAndMailAddressesFitNowhere(String text) {
    AuditEntry.Builder entry = AuditEntry.of(AuditType.REFRESH_FAILED, AuditActor.system("refresh"), CONNECTION);
    assertThatThrownBy(() -> entry.reason(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> entry.requestId(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> entry.detail(AuditDetail.PROVIDER, text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> entry.detail(AuditDetail.INTEGRATION, text)).isInstanceOf(IllegalArgumentException.class);
    for (AuditActor.Kind kind : AuditActor.Kind.values()) {
      assertThatThrownBy(() -> new AuditActor(kind, text)).isInstanceOf(IllegalArgumentException.class);
    }
    for (AuditObject.Kind kind : AuditObject.Kind.values()) {
      assertThatThrownBy(() -> new AuditObject(kind, text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aMemberThatTheTypeDoesNotKnowIsRefused() {
    AuditEntry.Builder entry = AuditEntry.of(AuditType.CONNECTION_PURGED, AuditActor.system("retire"), CONNECTION);
    assertThatThrownBy(() -> entry.detail(AuditDetail.SCOPES, "proxy")).hasMessageContaining("does not take this scopes");
  }

  @Test
  void aMissingMemberIsRefused() {
    assertThatThrownBy(() -> AuditEntry.of(AuditType.CREDENTIAL_READ, AuditActor.system("token"), CONNECTION).build())
        .hasMessageContaining("needs calls");
  }

  @Test
  void anObjectOfAnotherKindIsRefused() {
    assertThatThrownBy(() -> AuditEntry.of(AuditType.KEK_REFUSED, AuditActor.system("envelope"), CONNECTION))
        .hasMessageContaining("not about a connection");
  }

  @Test
  void numbersStayExactInEveryReader() {
    AuditEntry.Builder entry = AuditEntry.of(AuditType.CREDENTIAL_REPLACED, AuditActor.system("vault"), CONNECTION);
    assertThatThrownBy(() -> entry.detail(AuditDetail.GENERATION, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> entry.detail(AuditDetail.GENERATION, 1L << 53)).isInstanceOf(IllegalArgumentException.class);
    entry.detail(AuditDetail.GENERATION, (1L << 53) - 1).build();
  }

  @Test
  void scopesOfAProviderNeverBreakAnEvent() {
    AuditEntry.Builder entry = AuditEntry.of(AuditType.CONNECTION_RECONNECTED, AuditActor.system("connect"), CONNECTION);
    entry.scopes(AuditDetail.SCOPES_GRANTED, List.of("b", "a", "with space", "uml\u00e4ut", "\""));
    assertThat(entry.detail(AuditDetail.INTEGRATION, UUID.randomUUID()).detail(AuditDetail.PROVIDER, "slack").build().detail())
        .containsEntry(AuditDetail.SCOPES_GRANTED, "invalid_scope_token a b invalid_scope_token invalid_scope_token");
    List<String> many = Stream.iterate(100_000, n -> n + 1).limit(1_000).map(String::valueOf).toList();
    entry.scopes(AuditDetail.SCOPES_GRANTED, many);
    assertThat(entry.build().detail().get(AuditDetail.SCOPES_GRANTED)).asString().hasSizeLessThanOrEqualTo(4096)
        .endsWith(" and_more");
    entry.scopes(AuditDetail.SCOPES_GRANTED, Collections.emptyList());
  }

  @ParameterizedTest
  @EnumSource(AuditType.class)
  void everyTypeIsFoundByItsName(AuditType type) {
    assertThat(AuditType.of(type.word())).contains(type);
    assertThat(type.word()).matches("[a-z_]+\\.[a-z_]+");
  }
}
