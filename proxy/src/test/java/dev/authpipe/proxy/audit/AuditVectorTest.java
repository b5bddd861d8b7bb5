package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.AuditEventId;
import dev.authpipe.wire.WorkspaceId;

/** The bytes of docs/audit-format.md, against vectors that another implementation wrote. */
@Tag("S41")
class AuditVectorTest {
  private static final Path VECTORS = Path.of("../docs/audit-vectors");

  @ParameterizedTest
  @ValueSource(strings = {"log.json", "events.json"})
  void eventsHaveTheBytesAndLeavesOfTheVectors(String file) throws IOException {
    JsonNode vectors = read(file).get("events");
    assertThat(vectors).isNotEmpty();
    for (JsonNode vector : vectors) {
      byte[] bytes = CanonicalEvent.bytes(place(vector.get("event")), entry(vector.get("event")));
      assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(vector.get("canonical").textValue());
      assertThat(HexFormat.of().formatHex(MerkleTree.leafHash(bytes))).isEqualTo(vector.get("leaf").textValue());
    }
  }

  @Test
  void theTreeOfALogHasTheFrontierAndRootOfEverySize() throws IOException {
    List<byte[]> leaves = new ArrayList<>();
    read("log.json").get("events").forEach(event -> leaves.add(HexFormat.of().parseHex(event.get("leaf").textValue())));
    assertThat(leaves).hasSizeGreaterThan(20);
    growsAs(read("log.json").get("sizes"), leaves);
  }

  @Test
  void theTreeIsThatOfCertificateTransparency() throws IOException {
    JsonNode vectors = read("rfc6962.json");
    List<byte[]> leaves = new ArrayList<>();
    vectors.get("inputs").forEach(input -> leaves.add(MerkleTree.leafHash(HexFormat.of().parseHex(input.textValue()))));
    growsAs(vectors.get("sizes"), leaves);
  }

  private static void growsAs(JsonNode sizes, List<byte[]> leaves) {
    byte[] frontier = new byte[0];
    for (JsonNode size : sizes) {
      int n = size.get("size").intValue();
      MerkleTree tree = MerkleTree.of(n, frontier);
      StringBuilder expected = new StringBuilder();
      size.get("frontier").forEach(root -> expected.append(root.textValue()));
      assertThat(HexFormat.of().formatHex(tree.frontier())).isEqualTo(expected.toString());
      assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(size.get("root").textValue());
      if (n < leaves.size()) {
        tree.append(leaves.get(n));
        assertThat(tree.size()).isEqualTo(n + 1);
        frontier = tree.frontier();
      }
    }
    assertThat(sizes).hasSize(leaves.size() + 1);
  }

  private static CanonicalEvent.Place place(JsonNode event) {
    return new CanonicalEvent.Place(event.get("store").textValue(), WorkspaceId.parse(event.get("workspace").textValue()),
        event.get("epoch").intValue(), event.get("seq").longValue(), AuditEventId.parse(event.get("id").textValue()),
        Instant.parse(event.get("time").textValue()));
  }

  private static AuditEntry entry(JsonNode event) {
    AuditActor actor = new AuditActor(AuditActor.Kind.valueOf(upper(event.at("/actor/kind"))), event.at("/actor/id").textValue());
    AuditObject object = new AuditObject(AuditObject.Kind.valueOf(upper(event.at("/object/kind"))),
        event.at("/object/id").textValue());
    AuditEntry.Builder entry = AuditEntry.of(AuditType.of(event.get("type").textValue()).orElseThrow(), actor, object)
        .outcome(AuditOutcome.valueOf(upper(event.get("outcome")))).reason(event.path("reason").textValue())
        .requestId(event.path("request_id").textValue());
    event.get("detail").properties().forEach(member -> {
      AuditDetail detail = AuditDetail.valueOf(member.getKey().toUpperCase(Locale.ROOT));
      JsonNode value = member.getValue();
      if (value.isBoolean()) {
        entry.detail(detail, value.booleanValue());
      } else if (value.isNumber()) {
        entry.detail(detail, value.longValue());
      } else {
        entry.detail(detail, value.textValue());
      }
    });
    return entry.build();
  }

  private static String upper(JsonNode word) {
    return word.textValue().toUpperCase(Locale.ROOT);
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(VECTORS.resolve(file)));
  }
}
