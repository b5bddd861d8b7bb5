package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code erasure verify} over the receipts of another implementation: no settings, no store, no network. */
@Tag("S52")
class ErasureCommandTest {
  private static final Path VECTORS = Path.of("../docs/audit-vectors");

  @TempDir
  Path directory;
  private final ObjectMapper json = new ObjectMapper();
  private String key = "";
  private String receipt = "";

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void readVectors() throws IOException {
    key = json.readTree(VECTORS.resolve("checkpoints.json").toFile()).path("key").asText();
    receipt = json.readTree(VECTORS.resolve("documents.json").toFile()).path("documents").path(0).path("note").asText();
  }

  private Ran verify(String content, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("receipt"), content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new java.util.ArrayList<>(List.of("erasure", "verify", file.toString(), "--key", key));
    arguments.addAll(List.of(more));
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aReceiptIsVerifiedOfflineAndSaysWhatWasSigned() throws IOException {
    Ran ran = verify(receipt);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("holds: the erasure era_", "completed at 2027-03-01T12:00:04.512Z", "connections: 2",
        "notion: not_supported, its access token may work until 2027-03-01T13:00:00.000Z",
        "horizon backups: 2027-03-31T12:00:00.000Z");
    JsonNode answer = json.readTree(verify(receipt, "--json").out());
    assertThat(answer.path("valid").asBoolean()).isTrue();
    assertThat(answer.path("receipt").path("ledger").asInt()).isEqualTo(7);
    assertThat(answer.path("connections")).hasSize(2);
  }

  @Test
  void theAnswerOfTheApiIsTakenAsItIs() throws IOException {
    Ran ran = verify(json.writeValueAsString(Map.of("erasure", Map.of("status", "anything", "receipt", receipt))));
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("completed at");
    assertThat(verify("{\"erasure\": {\"status\": \"dry_run\"}}").code()).isEqualTo(1);
    assertThat(verify("{").code()).isEqualTo(1);
  }

  @Test
  void aTamperedReceiptIsRefused() throws IOException {
    for (List<String> change : List.of(List.of("not_supported", "confirmed"), List.of("\"pending\":0", "\"pending\":1"),
        List.of("2027-03-31", "2027-03-30"), List.of("\"connections\":2", "\"connections\":3"), List.of("conn_", "conm_"),
        List.of("\"provider\":\"slack\"}\n", "\"provider\":\"slack\"}\n{}\n"))) {
      String changed = receipt.replace(change.get(0), change.get(1));
      assertThat(changed).as(change.get(0)).isNotEqualTo(receipt);
      Ran ran = verify(changed);
      assertThat(ran.code()).as(change.get(0)).isEqualTo(1);
      assertThat(ran.err()).contains("not signed");
      assertThat(ran.out()).isEmpty();
    }
  }

  @Test
  void anotherDocumentOfTheSameKeyIsNoReceipt() throws IOException {
    JsonNode documents = json.readTree(VECTORS.resolve("documents.json").toFile()).path("documents");
    assertThat(verify(documents.path(2).path("note").asText()).err()).contains("no erasure-receipt");
    JsonNode checkpoints = json.readTree(VECTORS.resolve("checkpoints.json").toFile()).path("checkpoints");
    assertThat(verify(checkpoints.path(0).path("note").asText()).err()).contains("not a document");
  }

  @Test
  void aReceiptOfAnotherKeyIsRefused() throws IOException {
    key = key.replaceFirst("AQOhB7", "AQOhB8");
    assertThat(verify(receipt).code()).isEqualTo(1);
  }
}
