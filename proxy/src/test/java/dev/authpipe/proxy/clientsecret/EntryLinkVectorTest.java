package dev.authpipe.proxy.clientsecret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ClientSecretEntryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** What the hash of a one-time link is of, byte for byte as a second implementation has it (docs/crypto-format.md, section 3.6). */
class EntryLinkVectorTest {
  @Test
  @Tag("S2")
  void theMessageHasItsBytes() throws IOException {
    JsonNode vector = new ObjectMapper().readTree(Path.of("..", "docs", "crypto-vectors", "entry-link.json").toFile());
    JsonNode columns = vector.path("columns");
    EntryRow row = new EntryRow(new IntegrationId(id(columns, 1)), new ClientSecretEntryId(id(columns, 2)), new byte[0],
        columns.get(3).get(1).asText(), Duration.ofSeconds(columns.get(4).get(1).asLong()), EntryRow.State.OPEN, Instant.EPOCH,
        Instant.EPOCH.plus(columns.get(5).get(1).asLong(), ChronoUnit.MICROS));
    try (SecretBytes message = row.message(new WorkspaceId(id(columns, 0)), SecretText.of(vector.path("token").asText()))) {
      assertThat(HexFormat.of().formatHex(message.expose())).isEqualTo(vector.path("message").asText());
    }
  }

  private static UUID id(JsonNode columns, int index) {
    return UUID.fromString(columns.get(index).get(1).asText());
  }
}
