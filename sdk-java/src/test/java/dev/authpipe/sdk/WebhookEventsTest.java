package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.sdk.event.WebhookEvent;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.WebhookSecret;

/** Events as docs/webhooks.md has them, read only when they are genuine. */
class WebhookEventsTest {
  private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final String AT = Long.toString(NOW.getEpochSecond());

  private final WebhookVerifier verifier = new WebhookVerifier(() -> NOW, Duration.ofMinutes(5),
      List.of(new WebhookSecret("whsec_" + Base64.getEncoder().encodeToString(KEY))));

  private static String signature(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      return "v1,"
          + Base64.getEncoder().encodeToString(mac.doFinal(("msg_1." + AT + "." + body).getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<WebhookEvent> read(String body) {
    return verifier.event("msg_1", AT, signature(body), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String event(String type, String members) {
    return "{\"data\":{\"connection\":\"conn_1\",\"end_user\":{\"id\":\"user-42\"},\"integration\":\"int_1\",\"provider\":\"slack\","
        + members + "\"workspace\":\"wks_1\"},\"timestamp\":\"2026-11-28T11:59:58.000Z\",\"type\":\"" + type + "\",\"v\":1}";
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      connection.created         |                                                                                           | Created
      connection.updated         | "change":"grant",                                                                         | Updated
      connection.reauth_required | "reason":"invalid_grant",                                                                 | ReauthRequired
      connection.reauth_upcoming | "due_at":"2026-12-01T00:00:00Z","reason":"absolute_limit",                                | ReauthUpcoming
      connection.rotation_due    | "due_at":"2026-12-01T00:00:00Z","overdue":true,"reason":"rotate_after",                   | RotationDue
      refresh.failed             |                                                                                           | RefreshFailed
      connection.recovered       |                                                                                           | Recovered
      connection.disconnected    |                                                                                           | Disconnected
      connection.erased          | "erasure":"era_1",                                                                        | Erased
      connection.of_tomorrow     |                                                                                           | Unknown
      connection.updated         | "change":7,                                                                               | Unknown
      """)
  void eachTypeIsAnEventOfItsOwn(String type, String members, String expected) {
    WebhookEvent event = read(event(type, members == null ? "" : members)).orElseThrow();

    assertThat(event.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(event.head()).isEqualTo(
        new WebhookEvent.Head("msg_1", type, Instant.parse("2026-11-28T11:59:58Z"), "wks_1"));
    if (event instanceof WebhookEvent.OfConnection about) {
      assertThat(about.subject())
          .isEqualTo(new WebhookEvent.Subject(new ConnectionId("conn_1"), "int_1", "slack", new EndUserId("user-42")));
    }
  }

  @Test
  void testEventNamesItsEndpoint() {
    String body = "{\"data\":{\"endpoint\":\"whk_1\",\"workspace\":\"wks_1\"},\"timestamp\":\"2026-11-28T11:59:58.000Z\",\"type\":\"webhook.test\",\"v\":1}";

    assertThat(read(body)).get().isInstanceOfSatisfying(WebhookEvent.Test.class,
        test -> assertThat(test.endpoint()).isEqualTo("whk_1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"type\":\"x\"}"})
  void genuineBodyThatIsNoEventIsNone(String body) {
    assertThat(read(body)).isEmpty();
  }

  @Test
  void versionOfTomorrowIsUnknownAndKept() {
    String body = event("connection.created", "").replace("\"v\":1", "\"v\":2");

    assertThat(read(body)).get().isInstanceOfSatisfying(WebhookEvent.Unknown.class,
        unknown -> assertThat(unknown.body()).isEqualTo(body));
  }

  @Test
  void forgedOrLateBodyIsNeverRead() {
    String body = event("connection.created", "");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

    assertThat(verifier.event("msg_1", AT, signature(body), (body + " ").getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(verifier.event(null, AT, signature(body), bytes)).isEmpty();
    assertThat(new WebhookVerifier(() -> NOW.plusSeconds(31), Duration.ofSeconds(30),
        List.of(new WebhookSecret("whsec_" + Base64.getEncoder().encodeToString(KEY))))
        .event("msg_1", AT, signature(body), bytes))
        .isEmpty();
    assertThatThrownBy(() -> new WebhookVerifier(() -> NOW, Duration.ofHours(2), List.of(new WebhookSecret("whsec_AAAA"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
