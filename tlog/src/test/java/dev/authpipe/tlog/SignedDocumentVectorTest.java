package dev.authpipe.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed documents (docs/document-format.md) against vectors that another implementation wrote. */
@Tag("S52")
class SignedDocumentVectorTest {
  private static final Path VECTORS = Path.of("../docs/audit-vectors");
  private JsonNode documents;
  private JsonNode checkpoints;
  private VerifierKey key;

  @BeforeEach
  void readVectors() throws IOException {
    documents = read("documents.json").get("documents");
    checkpoints = read("checkpoints.json");
    key = VerifierKey.parse(checkpoints.get("key").textValue());
  }

  @Test
  void documentsHaveTheBytesOfTheVectorsBothWays() {
    assertThat(documents).hasSize(3);
    for (JsonNode vector : documents) {
      Map<String, Object> body = CanonicalJson.read(line(vector, 1));
      List<Map<String, Object>> entries = java.util.stream.IntStream.range(0, vector.get("entries").size())
          .mapToObj(n -> CanonicalJson.read(line(vector, n + 2))).toList();
      SignedDocument made = new SignedDocument(vector.get("kind").textValue(), body, entries);
      assertThat(made.text()).isEqualTo(vector.get("text").textValue());
      assertThat(sign(made.text())).hasToString(vector.get("note").textValue());
      assertThat(SignedDocument.open(SignedNote.parse(vector.get("note").textValue()), key, made.kind())).isEqualTo(made);
    }
  }

  @Test
  void everyChangedBitIsNoticed() {
    byte[] note = documents.get(0).get("note").textValue().getBytes(StandardCharsets.UTF_8);
    for (int bit = 0; bit < note.length * 8; bit++) {
      byte[] changed = note.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      String text = new String(changed, StandardCharsets.UTF_8);
      assertThatThrownBy(() -> SignedDocument.open(SignedNote.parse(text), key, "erasure-receipt")).as("bit %d", bit)
          .isInstanceOf(LogFormatException.class);
    }
  }

  @Test
  void aDocumentOfAnotherKindOrKeyIsRefused() {
    SignedNote other = SignedNote.parse(documents.get(2).get("note").textValue());
    assertThatThrownBy(() -> SignedDocument.open(other, key, "erasure-receipt")).hasMessageContaining("other-report");
    VerifierKey foreign = VerifierKey.of("authpipe/others", HexFormat.of().parseHex(checkpoints.get("public_key").textValue()));
    assertThatThrownBy(() -> SignedDocument.open(other, foreign, "other-report")).hasMessageContaining("not signed");
  }

  @Test
  void aDocumentIsNoCheckpointAndACheckpointIsNoDocument() {
    for (JsonNode vector : checkpoints.get("checkpoints")) {
      SignedNote checkpoint = SignedNote.parse(vector.get("note").textValue());
      assertThat(checkpoint.isSignedBy(key)).isTrue();
      assertThatThrownBy(() -> SignedDocument.open(checkpoint, key, "a")).isInstanceOf(LogFormatException.class);
    }
    SignedNote document = SignedNote.parse(documents.get(1).get("note").textValue());
    assertThat(document.isSignedBy(key)).isTrue();
    assertThatThrownBy(() -> Checkpoint.open(document, key)).isInstanceOf(LogFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"authpipe document 1 a\n", "authpipe document 2 a\n{}\n", "authpipe document 1 a\n{ }\n",
      "authpipe document 1 a\n{\"b\":1,\"a\":2}\n", "authpipe document 1 a\n{\"a\":null}\n", "authpipe document 1 a\n[]\n",
      "authpipe document 1 a\n{}\n\n{}\n", "authpipe document 1 A\n{}\n", "authpipe document 1 a\n{\"a\":1,\"a\":1}\n",
      "authpipe document 1  a\n{}\n"})
  void whatIsNotCanonicalIsRefusedThoughItIsSigned(String text) {
    SignedNote signed = sign(text);
    assertThat(signed.isSignedBy(key)).isTrue();
    assertThatThrownBy(() -> SignedDocument.open(signed, key, "a")).isInstanceOf(LogFormatException.class);
  }

  @Test
  void aDocumentHasLimits() {
    assertThatThrownBy(
        () -> new SignedDocument("a", Map.of(), Collections.nCopies(SignedDocument.MOST_ENTRIES + 1, Map.of())))
        .isInstanceOf(LogFormatException.class);
    Map<String, Object> lists = new HashMap<>(Map.of("a", List.of(1)));
    assertThatThrownBy(() -> new SignedDocument("a", lists, List.of()).text()).isInstanceOf(IllegalArgumentException.class);
    assertThat(new SignedDocument("a", Map.of(), Collections.nCopies(SignedDocument.MOST_ENTRIES, Map.of())).text()).hasLineCount(
        SignedDocument.MOST_ENTRIES + 2);
  }

  private SignedNote sign(String text) {
    try {
      PrivateKey seed = KeyFactory.getInstance("Ed25519").generatePrivate(
          new EdECPrivateKeySpec(NamedParameterSpec.ED25519, HexFormat.of().parseHex(checkpoints.get("seed").textValue())));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(seed);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      byte[] made = signature.sign();
      return SignedNote.sign(text, key, signed -> made);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] line(JsonNode vector, int number) {
    return vector.get("text").textValue().split("\n", -1)[number].getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(VECTORS.resolve(file)));
  }
}
