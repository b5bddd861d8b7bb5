package dev.authpipe.proxy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.envelope.Vectors;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Holds the files of the journal to the checked-in vectors, which another implementation made. */
@Tag("S54")
class JournalVectorTest {
  private static final JsonNode VECTORS = Vectors.read("journal.json");

  private static byte[] bytes(JsonNode node, String name) {
    return HexFormat.of().parseHex(node.get(name).asText());
  }

  private static UUID uuid(JsonNode node, String name) {
    return UUID.fromString(node.get(name).asText());
  }

  private static JournalPlace place(JsonNode vector) {
    return new JournalPlace(JournalPurpose.of(vector.get("purpose").asInt()), vector.get("rotated").asBoolean(),
        vector.get("unaccepted").asBoolean(), new WorkspaceId(uuid(vector, "workspace")),
        new ConnectionId(uuid(vector, "connection")),
        uuid(vector, "attempt"), new IntegrationId(uuid(vector, "integration")), vector.get("provider").asText(),
        vector.get("generation").asLong(), vector.get("fence").asLong(),
        Instant.ofEpochMilli(vector.get("received_ms").asLong()));
  }

  @Test
  void checkedInHeaderIsWrittenAndReadTheSame() {
    JsonNode vector = VECTORS.get("header");
    SegmentHeader header = new SegmentHeader(uuid(vector, "journal"), vector.get("number").asLong());
    assertThat(header.encode()).isEqualTo(bytes(vector, "bytes"));
    assertThat(SegmentHeader.decode(bytes(vector, "bytes"))).isEqualTo(header);
  }

  @Test
  @Tag("S2")
  void checkedInPlacesAreWrittenReadAndBoundTheSame() {
    for (JsonNode vector : VECTORS.get("entries")) {
      JournalPlace place = place(vector);
      assertThat(place.encode()).as(vector.get("name").asText()).isEqualTo(bytes(vector, "place"));
      assertThat(JournalPlace.decode(bytes(vector, "place"))).isEqualTo(place);
      assertThat(JournalFrame.entry(place.encode(), bytes(vector, "sealed"))).isEqualTo(bytes(vector, "record"));
      try (dev.authpipe.proxy.secret.SecretBytes plain = Vectors.open(place.context(uuid(vector, "journal")), vector)) {
        assertThat(plain.expose()).isEqualTo(bytes(vector, "plaintext"));
      }
    }
  }

  @Test
  void checkedInSegmentsAreReadTheSame() {
    for (JsonNode vector : VECTORS.get("segments")) {
      byte[] segment = bytes(vector, "bytes");
      SegmentScan scan = SegmentScan.of(segment);
      List<JournalPlace> expected = new ArrayList<>();
      vector.get("entries").forEach(number -> expected.add(place(VECTORS.get("entries").get(number.asInt()))));
      String name = vector.get("name").asText();
      assertThat(scan.entries().stream().map(SegmentScan.Found::place)).as(name).containsExactlyElementsOf(expected);
      assertThat(scan.damaged()).as(name).isEqualTo(vector.get("damaged").asInt());
      assertThat(scan.torn()).as(name).isEqualTo(vector.get("torn").asBoolean());
    }
  }
}
