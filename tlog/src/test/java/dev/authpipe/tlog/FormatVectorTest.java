package dev.authpipe.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints, proofs and exports of docs/audit-format.md, against vectors that another implementation wrote. */
@Tag("S41")
class FormatVectorTest {
  private static final Path VECTORS = Path.of("../docs/audit-vectors");
  private JsonNode vectors;
  private VerifierKey key;

  @BeforeEach
  void readCheckpoints() throws IOException {
    vectors = read("checkpoints.json");
    key = VerifierKey.parse(vectors.get("key").textValue());
  }

  @Test
  void theKeyHasTheFormAndIdOfItsName() {
    byte[] encoded = HexFormat.of().parseHex(vectors.get("public_key").textValue());
    assertThat(VerifierKey.of("authpipe/vectors", encoded)).isEqualTo(key).hasSameHashCodeAs(key)
        .hasToString(vectors.get("key").textValue());
  }

  @Test
  void checkpointsHaveTheBytesOfTheVectorsBothWays() throws GeneralSecurityException {
    PrivateKey seed = KeyFactory.getInstance("Ed25519")
        .generatePrivate(
            new EdECPrivateKeySpec(NamedParameterSpec.ED25519, HexFormat.of().parseHex(vectors.get("seed").textValue())));
    assertThat(vectors.get("checkpoints")).hasSizeGreaterThan(5);
    for (JsonNode vector : vectors.get("checkpoints")) {
      Checkpoint made = new Checkpoint(vector.get("origin").textValue(), vector.get("size").longValue(),
          Hash.listOfHex(vector.get("root").textValue()).get(0), vector.get("epoch").intValue(),
          Instant.parse(vector.get("time").textValue()));
      assertThat(made.text()).isEqualTo(vector.get("text").textValue());
      SignedNote signed = SignedNote.sign(made.text(), key, text -> sign(seed, text));
      assertThat(signed).hasToString(vector.get("note").textValue());
      assertThat(Checkpoint.open(SignedNote.parse(vector.get("note").textValue()), key)).isEqualTo(made);
    }
  }

  @Test
  void proofsAreThoseOfTheVectors() throws IOException {
    List<Hash> leaves = new ArrayList<>();
    read("log.json").get("events").forEach(event -> leaves.add(Hash.listOfHex(event.get("leaf").textValue()).get(0)));
    JsonNode proofs = read("proofs.json");
    for (JsonNode vector : proofs.get("inclusion")) {
      assertThat(Hash.hex(hashes(Proofs.inclusion(vector.get("index").longValue(), vector.get("size").longValue()), leaves)))
          .isEqualTo(vector.get("proof").textValue());
    }
    for (JsonNode vector : proofs.get("consistency")) {
      assertThat(Hash.hex(hashes(Proofs.consistency(vector.get("first").longValue(), vector.get("second").longValue()), leaves)))
          .isEqualTo(vector.get("proof").textValue());
    }
    assertThat(proofs.get("inclusion")).hasSize(21 * 22 / 2);
    assertThat(proofs.get("consistency")).hasSize(21 * 22 / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"export.jsonl", "export-part.jsonl"})
  void exportsOfTheOtherImplementationVerify(String file) throws IOException {
    for (int n : new int[]{2, 3}) {
      SignedNote note = SignedNote.parse(vectors.get("checkpoints").get(n).get("note").textValue());
      Verification found = new LogVerifier(key, List.of(note))
          .verify(new ByteArrayInputStream(Files.readAllBytes(VECTORS.resolve(file))), read -> {});
      assertThat(found.findings()).isEmpty();
      assertThat(found.to() - found.from()).isEqualTo(file.equals("export.jsonl") ? 21 : 12);
    }
  }

  @Test
  void theTextOfANoteMayHoldEmptyLinesAndOtherSignaturesAreIgnored() {
    String signed = vectors.get("checkpoints").get(0).get("note").textValue();
    String stranger = "\u2014 somebody.example/log AAAAAAA=\n";
    assertThat(SignedNote.parse(signed + stranger).isSignedBy(key)).isTrue();
    SignedNote other = SignedNote.parse("one\n\ntwo\n\n" + stranger);
    assertThat(other.text()).isEqualTo("one\n\ntwo\n");
    assertThat(other.isSignedBy(key)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n- name AAAAAAA=\n", "text\n\n— na+me AAAAAAA=\n",
      "text\n\n— name AAAA\n", "text\n\n— name AAAAAAB=\n", "text\n\n— name AAAAAAA=", "te\txt\n\n— name AAAAAAA=\n"})
  void whatIsNoNoteIsRefused(String text) {
    assertThatThrownBy(() -> SignedNote.parse(text)).isInstanceOf(LogFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"authpipe/vectors", "authpipe/vectors+2bda2310",
      "authpipe/vectors+2bda2311+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "authpipe/others+2bda2310+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "authpipe/vectors+2bda2310+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "a b+2bda2310+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"})
  void whatIsNoKeyIsRefused(String text) {
    assertThatThrownBy(() -> VerifierKey.parse(text)).isInstanceOf(LogFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s\n01\n%s\nepoch 0 time 2027-03-01T12:00:00.000Z\n",
      "%s\n-1\n%s\nepoch 0 time 2027-03-01T12:00:00.000Z\n",
      "%s\n1\n%s\n", "%s\n1\n%s\nepoch 0\n", "%s\n1\n%s\nepoch 0 time 2027-02-30T12:00:00.000Z\n",
      "%s\n1\n%s\nepoch 0 time 2027-03-01T12:00:00.000Z\nmore\n",
      "x%s\n1\n%s\nepoch 0 time 2027-03-01T12:00:00.000Z\n"})
  void whatIsNoCheckpointIsRefused(String text) {
    String root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assertThatThrownBy(() -> Checkpoint.parse(text.formatted("authpipe/vectors/vault", root)))
        .isInstanceOf(LogFormatException.class);
    assertThat(Checkpoint.parse("authpipe/vectors/vault\n1\n" + root + "\nepoch 0 time 2027-03-01T12:00:00.000Z\n").size())
        .isEqualTo(1);
  }

  @Test
  void everyChangedBitOfANoteIsNoticed() {
    byte[] note = vectors.get("checkpoints").get(3).get("note").textValue().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int bit = 0; bit < note.length * 8; bit++) {
      byte[] changed = note.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(
          () -> Checkpoint.open(SignedNote.parse(new String(changed, java.nio.charset.StandardCharsets.UTF_8)), key))
          .isInstanceOf(LogFormatException.class);
    }
  }

  private static List<Hash> hashes(List<Proofs.Range> ranges, List<Hash> leaves) {
    return ranges.stream().map(range -> {
      MerkleTree tree = MerkleTree.empty();
      leaves.subList((int) range.from(), (int) range.to()).forEach(leaf -> tree.append(leaf.bytes()));
      return Hash.of(tree.root());
    }).toList();
  }

  private static byte[] sign(PrivateKey seed, byte[] text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(seed);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(VECTORS.resolve(file)));
  }
}
