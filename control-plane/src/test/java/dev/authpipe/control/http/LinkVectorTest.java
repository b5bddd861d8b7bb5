package dev.authpipe.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.wire.Document;

/** The documents of docs/link-format.md as the control plane reads and writes them, against the vectors that both planes read. */
@Tag("S72")
class LinkVectorTest {
  private static final Path VECTORS = Path.of("..", "docs", "link-vectors");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Class<? extends Record>> KINDS = Stream.of(Document.class.getPermittedSubclasses())
      .map(type -> type.<Record>asSubclass(Record.class)).collect(Collectors.toMap(LinkVectorTest::name, Function.identity()));

  @Test
  void everyKindOfDocumentIsReadAndWrittenAsItsVectorHasIt() throws IOException {
    assertThat(KINDS).hasSize(11);
    for (Map.Entry<String, Class<? extends Record>> kind : KINDS.entrySet()) {
      byte[] vector = Files.readAllBytes(VECTORS.resolve(kind.getKey() + ".json"));
      Record document = LinkJson.read(kind.getValue(), vector);
      assertThat(JSON.readTree(LinkJson.write(document))).as(kind.getKey()).isEqualTo(JSON.readTree(vector));
    }
  }

  @Test
  void everyMalformedDocumentIsRefusedAndNothingOfItIsRepeated() throws IOException {
    JsonNode refused = JSON.readTree(Files.readAllBytes(VECTORS.resolve("refused.json")));
    assertThat(refused).hasSizeGreaterThan(200);
    for (JsonNode vector : refused) {
      Class<? extends Record> type = Objects.requireNonNull(KINDS.get(vector.get("document").textValue()));
      assertThatThrownBy(() -> LinkJson.read(type, vector.get("text").textValue().getBytes(StandardCharsets.UTF_8)))
          .as("%s: %s", vector.get("document"), vector.get("why")).isInstanceOf(IllegalArgumentException.class).message()
          .doesNotContain("evil", "The user");
    }
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
