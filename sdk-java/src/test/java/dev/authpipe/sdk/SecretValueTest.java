package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.transport.RequestBody;
import dev.authpipe.sdk.transport.TransportRequest;
import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectUrl;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EntryUrl;
import dev.authpipe.sdk.value.FinishCode;
import dev.authpipe.sdk.value.ProvidedSecret;
import dev.authpipe.sdk.value.SecretValue;
import dev.authpipe.sdk.value.SessionToken;
import dev.authpipe.sdk.value.WebhookSecret;

@Tag("S60")
@Tag("S61")
class SecretValueTest {

  private static final String PLAIN = "canary-7f3a";

  @Test
  void everySecretPrintsMaskedAndIsEqualByValueAndKind() {
    List<SecretValue> secrets = List.of(
        new AccessToken(PLAIN), new ApiKey(PLAIN), new CodeVerifier(PLAIN), new FinishCode(PLAIN),
        new ProvidedSecret(PLAIN), new SessionToken(PLAIN),
        new WebhookSecret(PLAIN));

    assertThat(secrets).allSatisfy(secret -> {
      assertThat(secret).hasToString("***");
      assertThat(secret.reveal()).isEqualTo(PLAIN);
    });
    assertThat(secrets).doesNotHaveDuplicates();
    assertThat(new AccessToken(PLAIN)).isEqualTo(new AccessToken(PLAIN)).hasSameHashCodeAs(new AccessToken(PLAIN));
    assertThat(SecretValue.class.getPermittedSubclasses()).hasSameSizeAs(secrets);
  }

  @Test
  @Tag("S7")
  void hashCodeSaysNothingOfTheSecretAndAgreesWithEquals() {
    List<Function<String, Object>> kinds = List.of(AccessToken::new, ApiKey::new, CodeVerifier::new, FinishCode::new,
        ProvidedSecret::new, SessionToken::new, WebhookSecret::new,
        fragment -> new ConnectUrl(URI.create("https://connect.example/connect#" + fragment)),
        fragment -> new EntryUrl(URI.create("https://connect.example/client-secret#" + fragment)));

    assertThat(kinds).allSatisfy(kind -> {
      Object secret = kind.apply(PLAIN);
      assertThat(secret).isEqualTo(kind.apply(PLAIN)).hasSameHashCodeAs(kind.apply(PLAIN));
      assertThat(secret).isNotEqualTo(kind.apply(PLAIN + "b")).isNotEqualTo(PLAIN).hasSameHashCodeAs(kind.apply(PLAIN + "b"));
    });
  }

  @Test
  void secretThatCouldSplitAHeaderIsRefusedWithoutBeingQuoted() {
    assertThatThrownBy(() -> new ApiKey(PLAIN + "\r\nX: y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(PLAIN);
  }

  @Test
  void connectUrlPrintsWithoutItsFragment() {
    assertThat(new ConnectUrl(URI.create("https://connect.example/connect#" + PLAIN)))
        .hasToString("https://connect.example/connect#***");
    assertThat(new EntryUrl(URI.create("https://connect.example/client-secret#" + PLAIN)))
        .hasToString("https://connect.example/client-secret#***")
        .isNotEqualTo(new ConnectUrl(URI.create("https://connect.example/client-secret#" + PLAIN)));
  }

  @Test
  void requestPrintsNeitherHeadersNorQuery() {
    HttpHeaders headers = HttpHeaders.of(Map.of("Authorization", List.of("Bearer " + PLAIN)), (n, v) -> true);
    TransportRequest request = new TransportRequest(
        "GET", URI.create("https://x/v1?q=" + PLAIN), headers, RequestBody.none(), Duration.ofSeconds(1), Duration.ofSeconds(1));

    assertThat(request.toString()).doesNotContain(PLAIN);
  }

  @Test
  void idThatCouldBecomeAPathIsRefused() {
    for (String bad : new String[]{"conn_", "conn_../x", "conn_a b", "cs_1", "conn_A", "conn_" + "a".repeat(80)}) {
      assertThatThrownBy(() -> new ConnectionId(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
