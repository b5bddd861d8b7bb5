package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
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
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ConnectSessionId;

/** Holds the plaintext of a finish in the journal to the checked-in vectors. */
@Tag("S54")
class JournaledGrantVectorTest {
  private static final JsonNode VECTORS = Vectors.read("journal.json").get("grants");

  @Test
  void checkedInGrantsAreWrittenAndReadTheSame() {
    for (JsonNode vector : VECTORS.get("valid")) {
      byte[] expected = HexFormat.of().parseHex(vector.get("plain").asText());
      try (JournaledGrant grant = grant(vector); SecretBytes written = grant.encode()) {
        assertThat(written.expose()).as(vector.get("name").asText()).isEqualTo(expected);
      }
      try (SecretBytes plain = SecretBytes.copyOf(expected);
          JournaledGrant read = JournaledGrant.decode(plain);
          SecretBytes again = read.encode()) {
        assertThat(again.expose()).isEqualTo(expected);
        assertThat(read.params()).isEqualTo(texts(vector, "parameters"));
        assertThat(read.toString()).isEqualTo("JournaledGrant[***]");
      }
    }
  }

  @Test
  void malformedGrantsAreRefused() {
    for (JsonNode vector : VECTORS.get("invalid")) {
      try (SecretBytes plain = SecretBytes.taking(HexFormat.of().parseHex(vector.get("plain").asText()))) {
        assertThatThrownBy(() -> JournaledGrant.decode(plain)).as(vector.get("name").asText())
            .isInstanceOf(IntegrityException.class);
      }
    }
  }

  private static JournaledGrant grant(JsonNode vector) {
    return new JournaledGrant(new ConnectSessionId(UUID.fromString(vector.get("session").asText())),
        UUID.fromString(vector.get("end_user").asText()), vector.get("token_endpoint").asText(), texts(vector, "parameters"),
        new TokenGrant(SecretText.of(vector.get("access_token").asText()),
            vector.get("refresh_token").isNull() ? null : SecretText.of(vector.get("refresh_token").asText()),
            vector.get("token_type").asText(), time(vector, "lifetime_ms"), time(vector, "refresh_lifetime_ms"), scopes(vector),
            texts(vector, "facts")));
  }

  private static @Nullable List<String> scopes(JsonNode vector) {
    if (vector.get("scopes").isNull()) {
      return null;
    }
    List<String> scopes = new ArrayList<>();
    vector.get("scopes").forEach(scope -> scopes.add(scope.asText()));
    return scopes;
  }

  private static @Nullable Duration time(JsonNode vector, String name) {
    return vector.get(name).isNull() ? null : Duration.ofMillis(vector.get(name).asLong());
  }

  private static Map<String, String> texts(JsonNode vector, String name) {
    Map<String, String> texts = new HashMap<>();
    vector.get(name).properties().forEach(one -> texts.put(one.getKey(), one.getValue().asText()));
    return texts;
  }
}
