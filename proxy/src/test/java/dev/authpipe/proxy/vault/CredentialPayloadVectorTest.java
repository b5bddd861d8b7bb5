package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Vectors;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/** Holds the payload's bytes to the checked-in vectors. */
@Tag("S2")
class CredentialPayloadVectorTest {
  @Test
  void checkedInPayloadsAreWrittenAndReadTheSame() {
    for (JsonNode vector : Vectors.read("credential-payloads.json").get("valid")) {
      byte[] expected = HexFormat.of().parseHex(vector.get("payload").asText());
      try (NewCredential credential = credential(vector); SecretBytes written = CredentialPayload.encode(credential)) {
        assertThat(written.expose()).as(vector.get("name").asText()).isEqualTo(expected);
      }
      try (SecretBytes payload = SecretBytes.copyOf(expected);
          NewCredential read = CredentialPayload.decode(payload);
          SecretBytes again = CredentialPayload.encode(read)) {
        assertThat(again.expose()).isEqualTo(expected);
        assertThat(read.endUserIdentifier()).isEqualTo(vector.get("end_user").asText());
        assertThat(read.proxyOnly()).isEqualTo(vector.get("proxy_only").asBoolean());
        assertThat(read.apiBase()).isEqualTo(URI.create(vector.get("api_base").asText()));
        assertThat(read.parameters()).isEqualTo(parameters(vector));
        assertThat(read.requestedScopes()).isEqualTo(requestedScopes(vector));
        ConnectionClient client = read.client();
        assertThat(client == null ? null : client.clientId()).isEqualTo(vector.path("client_id").textValue());
      }
    }
  }

  @Test
  void malformedPayloadsAreRefused() {
    for (JsonNode vector : Vectors.read("credential-payloads.json").get("invalid")) {
      try (SecretBytes payload = SecretBytes.taking(HexFormat.of().parseHex(vector.get("payload").asText()))) {
        assertThatThrownBy(() -> CredentialPayload.decode(payload)).as(vector.get("name").asText())
            .isInstanceOf(IntegrityException.class);
      }
    }
  }

  @Test
  void everyCutAndEveryExtraByteIsRefused() {
    byte[] whole = HexFormat.of()
        .parseHex(Vectors.read("credential-payloads.json").get("valid").get(0).get("payload").asText());
    for (int length = 0; length <= whole.length + 1; length++) {
      if (length != whole.length) {
        try (SecretBytes payload = SecretBytes.taking(Arrays.copyOf(whole, length))) {
          assertThatThrownBy(() -> CredentialPayload.decode(payload)).as("length %s", length)
              .isInstanceOf(IntegrityException.class);
        }
      }
    }
  }

  @Test
  void aMintedCredentialKeepsItsClientAndWhatItAsksFor() {
    NewCredential.Builder builder = NewCredential
        .builder(CredentialType.CLIENT_CREDENTIALS, new UUID(1, 2), "u", URI.create("https://api.example.com"),
            "https://a.example")
        .issuedAt(Instant.EPOCH).accessToken(SecretText.of("a")).requestedScopes(List.of("read"))
        .client(new ConnectionClient("client", SecretText.of("s")));
    NewCredential first = builder.build();
    try (NewCredential next = NewCredential.builder(first).accessToken(SecretText.of("b")).build()) {
      first.close();
      ConnectionClient client = java.util.Objects.requireNonNull(next.client());
      assertThat(client.clientSecret()).as("wiped by itself").isEqualTo(SecretText.of("s"));
      assertThat(next.requestedScopes()).containsExactly("read");
    }
  }

  @Test
  void partsThatAreTooLongAreRefusedBeforeSealing() {
    NewCredential.Builder builder = NewCredential
        .builder(CredentialType.API_KEY, new UUID(1, 2), "u", URI.create("https://api.example.com"), "").issuedAt(Instant.EPOCH)
        .accessToken(SecretText.of("x".repeat(16_385)));
    try (NewCredential credential = builder.build()) {
      assertThatThrownBy(() -> CredentialPayload.encode(credential)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void parametersThatCouldNotBeReadBackAreRefusedBeforeSealing() {
    for (Map<String, String> values : List.of(Map.of("Name", "x"), Map.of("name", ""), Map.of("name", "x".repeat(513)),
        Map.of("name", "\uD800"), Map.of("n".repeat(41), "x"))) {
      assertThatThrownBy(() -> new CredentialParameters(values)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aRefreshKeepsTheParameters() {
    CredentialParameters parameters = new CredentialParameters(Map.of("shop", "north"));
    NewCredential.Builder builder = NewCredential
        .builder(CredentialType.OAUTH2, new UUID(1, 2), "u", URI.create("https://api.example.com"), "https://a.example")
        .issuedAt(Instant.EPOCH).accessToken(SecretText.of("a")).parameters(parameters);
    try (NewCredential first = builder.build();
        NewCredential next = NewCredential.builder(first).accessToken(SecretText.of("b")).build()) {
      assertThat(next.parameters()).isEqualTo(parameters);
    }
  }

  private static NewCredential credential(JsonNode vector) {
    CredentialType type = Arrays.stream(CredentialType.values()).filter(t -> t.number() == vector.get("type").asInt()).findFirst()
        .orElseThrow();
    String refresh = text(vector, "refresh_token");
    List<String> scopes = new ArrayList<>();
    vector.get("scopes").forEach(scope -> scopes.add(scope.asText()));
    return NewCredential
        .builder(type, UUID.fromString(vector.get("end_user_id").asText()), vector.get("end_user").asText(),
            URI.create(vector.get("api_base").asText()), vector.get("token_origin").asText())
        .proxyOnly(vector.get("proxy_only").asBoolean()).accessToken(SecretText.of(vector.get("access_token").asText()))
        .refreshToken(refresh == null ? null : SecretText.of(refresh)).tokenType(vector.get("token_type").asText()).scopes(scopes)
        .username(text(vector, "username")).accessExpiresAt(time(vector, "access_expires_ms"))
        .refreshExpiresAt(time(vector, "refresh_expires_ms")).issuedAt(Instant.ofEpochMilli(vector.get("issued_ms").asLong()))
        .parameters(parameters(vector)).client(client(vector)).requestedScopes(requestedScopes(vector)).build();
  }

  private static @Nullable ConnectionClient client(JsonNode vector) {
    String id = vector.path("client_id").textValue();
    String secret = vector.path("client_secret").textValue();
    return id == null ? null : new ConnectionClient(id, secret == null ? null : SecretText.of(secret));
  }

  private static List<String> requestedScopes(JsonNode vector) {
    List<String> scopes = new ArrayList<>();
    vector.path("requested_scopes").forEach(scope -> scopes.add(scope.asText()));
    return scopes;
  }

  private static CredentialParameters parameters(JsonNode vector) {
    Map<String, String> values = new HashMap<>();
    vector.get("parameters").properties().forEach(one -> values.put(one.getKey(), one.getValue().asText()));
    return new CredentialParameters(values);
  }

  private static @Nullable String text(JsonNode vector, String name) {
    return vector.get(name).isNull() ? null : vector.get(name).asText();
  }

  private static @Nullable Instant time(JsonNode vector, String name) {
    return vector.get(name).isNull() ? null : Instant.ofEpochMilli(vector.get(name).asLong());
  }
}
