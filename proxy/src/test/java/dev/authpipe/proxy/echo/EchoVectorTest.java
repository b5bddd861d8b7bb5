package dev.authpipe.proxy.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.secret.SecretBytes;

/** The forms of docs/echo-guard.md, against vectors that another implementation wrote. */
@Tag("S26")
class EchoVectorTest {
  private static final int SEED = 1;

  @Test
  void secretsHaveTheFormsOfTheVectors() throws IOException {
    for (JsonNode vector : vectors()) {
      byte[] raw = bytes(vector.get("secret").textValue());
      if (raw.length < EchoGuard.SHORTEST) {
        assertThat(vector.get("forms")).isEmpty();
        continue;
      }
      byte[] end = new byte[Math.min(raw.length, EchoGuard.LONGEST)];
      System.arraycopy(raw, raw.length - end.length, end, 0, end.length);
      try (SecretForms forms = new SecretForms(List.of(SecretBytes.taking(end)))) {
        Set<String> made = new TreeSet<>();
        for (int i = 0; i < forms.count(); i++) {
          made.add(new String(forms.bytes(), forms.begin(i), forms.length(i), StandardCharsets.UTF_8));
        }
        List<String> expected = new ArrayList<>();
        vector.get("forms").forEach(form -> expected.add(form.textValue()));
        assertThat(made).as(vector.get("name").textValue()).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void everyDressOfTheVectorsIsFoundWhereverItIsCut() throws IOException {
    for (JsonNode vector : vectors()) {
      for (JsonNode echo : vector.get("echoes")) {
        byte[] text = bytes("Told: " + echo.get("text").textValue() + " and more.");
        for (int cut = 0; cut <= text.length; cut++) {
          assertThat(finds(vector, text, cut)).as("%s, %s, cut at %d", vector.get("name"), echo.get("name"), cut).isTrue();
        }
        assertThat(findsByteByByte(vector, text)).as("%s, %s, byte by byte", vector.get("name"), echo.get("name")).isTrue();
      }
    }
  }

  @Test
  void whatIsNoEchoPasses() throws IOException {
    for (JsonNode vector : vectors()) {
      for (JsonNode clean : vector.get("clean")) {
        byte[] text = bytes(clean.get("text").textValue());
        for (int cut = 0; cut <= text.length; cut++) {
          assertThat(finds(vector, text, cut)).as("%s, %s, cut at %d", vector.get("name"), clean.get("name"), cut).isFalse();
        }
        assertThat(findsByteByByte(vector, text)).as("%s, %s, byte by byte", vector.get("name"), clean.get("name")).isFalse();
      }
    }
  }

  private static JsonNode vectors() throws IOException {
    JsonNode vectors = new ObjectMapper().readTree(Path.of("../docs/echo-vectors/vectors.json").toFile()).get("vectors");
    assertThat(vectors).hasSizeGreaterThan(5);
    return vectors;
  }

  private static boolean finds(JsonNode vector, byte[] text, int cut) {
    try (EchoGuard guard = guard(vector); EchoScan scan = guard.scan()) {
      return guard.isWatching()
          && (scan.finds(ByteBuffer.wrap(text, 0, cut), false)
              || scan.finds(ByteBuffer.wrap(text, cut, text.length - cut), true));
    }
  }

  private static boolean findsByteByByte(JsonNode vector, byte[] text) {
    try (EchoGuard guard = guard(vector); EchoScan scan = guard.scan()) {
      boolean found = false;
      for (int i = 0; i < text.length && guard.isWatching() && !found; i++) {
        found = scan.finds(ByteBuffer.wrap(text, i, 1), i == text.length - 1);
      }
      return found;
    }
  }

  private static EchoGuard guard(JsonNode vector) {
    EchoGuard guard = new EchoGuard(new EchoScratch(SEED));
    guard.watch(bytes(vector.get("secret").textValue()));
    return guard;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
