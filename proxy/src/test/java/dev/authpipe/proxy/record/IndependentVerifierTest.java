package dev.authpipe.proxy.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.ImmutableInclusionProof;
import dev.sigstore.rekor.client.RekorEntry.Checkpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.proof.ProxyFixture;
import dev.authpipe.tlog.Proofs;

/**
 * A real export and checkpoint read by another implementation of their formats: the client library of Sigstore's transparency log, which takes
 * checkpoints apart and verifies inclusion (RFC 6962) on its own. What is given to it is made of the exported bytes alone.
 */
@Tag("S41")
class IndependentVerifierTest {
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private static String note;
  private static List<byte[]> events;
  private static String key;

  @BeforeAll
  static void export() {
    try (ProxyFixture proxy = ProxyFixture.start()) {
      String connection = proxy.connectUser("ada");
      for (int i = 0; i < 5; i++) {
        proxy.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      }
      note = proxy.application().send("GET", "/v1/audit/checkpoint").expect(200).text();
      List<String> lines = proxy.application().send("GET", "/v1/audit/export").expect(200).text().lines().toList();
      assertThat(lines.getFirst()).contains("\"from\":0");
      events = lines.stream().filter(line -> line.startsWith("{\"event\":"))
          .map(line -> line.substring("{\"event\":".length(), line.lastIndexOf(",\"leaf\":\"")).getBytes(StandardCharsets.UTF_8))
          .toList();
      key = printed("audit", "key", "--config", proxy.deployment().settings().toString());
    }
  }

  private static String printed(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), stream, System.err, words)).isZero();
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private static Checkpoint parsed() throws Exception {
    return ImmutableInclusionProof.builder().checkpoint(note).logIndex(0L).treeSize(1L).rootHash("00").build().parsedCheckpoint();
  }

  @Test
  void theNoteIsOneToEverybody() throws Exception {
    Checkpoint checkpoint = parsed();
    String[] parts = key.split("\\+", 3); // name, key id, key with its algorithm in front
    assertThat(checkpoint.getOrigin()).startsWith(parts[0] + "/wks_");
    assertThat(checkpoint.getSize()).isBetween(10L, (long) events.size());
    assertThat(checkpoint.getSignatures()).singleElement().satisfies(one -> {
      assertThat(one.getIdentity()).isEqualTo(parts[0]);
      assertThat(HexFormat.of().formatHex(one.getKeyHint())).isEqualTo(parts[1]);
      byte[] raw = Base64.getDecoder().decode(parts[2]);
      assertThat(raw[0]).as("Ed25519").isEqualTo((byte) 1);
      assertThat(verifies(raw, checkpoint.getSignedData(), one.getSignature())).isTrue();
      assertThat(verifies(raw, checkpoint.getSignedData().replaceFirst("\n\\d+\n", "\n1\n"), one.getSignature())).isFalse();
    });
  }

  private static boolean verifies(byte[] raw, String text, byte[] signature) throws Exception {
    byte[] encoded = Arrays.copyOf(ED25519, ED25519.length + 32);
    System.arraycopy(raw, 1, encoded, ED25519.length, 32);
    PublicKey publicKey = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    Signature verifying = Signature.getInstance("Ed25519");
    verifying.initVerify(publicKey);
    verifying.update(text.getBytes(StandardCharsets.UTF_8));
    return verifying.verify(signature);
  }

  @Test
  void everyExportedEventIsInTheTreeThatTheNoteSigns() throws Exception {
    Checkpoint checkpoint = parsed();
    int size = Math.toIntExact(checkpoint.getSize());
    byte[] root = Base64.getDecoder().decode(checkpoint.getBase64Hash());
    List<byte[]> leaves = new ArrayList<>();
    for (byte[] event : events.subList(0, size)) {
      leaves.add(leaf(event));
    }
    for (int i = 0; i < size; i++) {
      InclusionProofVerifier.verify(leaves.get(i), i, size, path(leaves, i), root);
    }
    byte[] changed = events.get(3).clone();
    changed[20] ^= 1;
    List<byte[]> path = path(leaves, 3);
    byte[] other = leaf(changed);
    assertThatThrownBy(() -> InclusionProofVerifier.verify(other, 3, size, path, root))
        .isInstanceOf(InclusionProofVerificationException.class);
    assertThatThrownBy(() -> InclusionProofVerifier.verify(leaves.get(3), 4, size, path, root)).as("another place")
        .isInstanceOf(InclusionProofVerificationException.class);
  }

  /** The proof of our own making, hashed with the library's nodes. */
  private static List<byte[]> path(List<byte[]> leaves, int index) {
    return Proofs.inclusion(index, leaves.size()).stream()
        .map(range -> subtree(leaves.subList((int) range.from(), (int) range.to()))).toList();
  }

  private static byte[] subtree(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    return InclusionProofVerifier.hashChildren(subtree(leaves.subList(0, left)), subtree(leaves.subList(left, leaves.size())));
  }

  private static byte[] leaf(byte[] event) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((byte) 0);
    return digest.digest(event);
  }
}
