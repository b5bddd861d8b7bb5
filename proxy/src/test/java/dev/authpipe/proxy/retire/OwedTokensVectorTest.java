package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.envelope.Vectors;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.CredentialParameters;

/** Holds the plain form of owed tokens to the checked-in vectors. */
class OwedTokensVectorTest {

  @Test
  void checkedInTokensAreWrittenAndReadTheSame() {
    for (JsonNode vector : Vectors.read("owed-tokens.json").get("valid")) {
      byte[] expected = HexFormat.of().parseHex(vector.get("plain").asText());
      Map<String, String> parameters = new HashMap<>();
      vector.get("parameters").properties().forEach(one -> parameters.put(one.getKey(), one.getValue().asText()));
      try (OwedTokens owed = new OwedTokens(text(vector, "refresh_token"), text(vector, "access_token"),
          vector.get("token_origin").asText(), new CredentialParameters(parameters), client(vector));
          SecretBytes written = owed.encode()) {
        assertThat(written.expose()).as(vector.get("name").asText()).isEqualTo(expected);
      }
      try (SecretBytes plain = SecretBytes.copyOf(expected); OwedTokens read = OwedTokens.decode(plain)) {
        assertThat(read.of(Revoked.REFRESH_TOKEN)).isEqualTo(Optional.ofNullable(text(vector, "refresh_token")));
        assertThat(read.of(Revoked.ACCESS_TOKEN)).isEqualTo(Optional.ofNullable(text(vector, "access_token")));
        assertThat(read.tokenOrigin()).isEqualTo(vector.get("token_origin").asText());
        assertThat(read.parameters().values()).isEqualTo(parameters);
        ConnectionClient client = read.client();
        assertThat(client == null ? null : client.clientId()).isEqualTo(vector.path("client_id").textValue());
        assertThat(client == null || client.clientSecret() == null ? null : client.clientSecret().expose())
            .isEqualTo(vector.path("client_secret").textValue());
        assertThat(read.toString()).isEqualTo("OwedTokens[***]");
      }
    }
  }

  @Test
  void malformedTokensAreRefused() {
    for (JsonNode vector : Vectors.read("owed-tokens.json").get("invalid")) {
      try (SecretBytes plain = SecretBytes.taking(HexFormat.of().parseHex(vector.get("plain").asText()))) {
        assertThatThrownBy(() -> OwedTokens.decode(plain)).as(vector.get("name").asText())
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void anEmptyTokenIsNone() {
    try (OwedTokens owed = new OwedTokens(SecretText.of(""), SecretText.of("a"), "https://a.example", CredentialParameters.NONE,
        null);
        OwedTokens read = OwedTokens.decode(owed.encode())) {
      assertThat(read.of(Revoked.REFRESH_TOKEN)).isEmpty();
    }
  }

  private static @Nullable ConnectionClient client(JsonNode vector) {
    String id = vector.path("client_id").textValue();
    String secret = vector.path("client_secret").textValue();
    return id == null ? null : new ConnectionClient(id, secret == null ? null : SecretText.of(secret));
  }

  private static @Nullable SecretText text(JsonNode vector, String name) {
    return vector.get(name).isNull() ? null : SecretText.of(vector.get(name).asText());
  }
}
