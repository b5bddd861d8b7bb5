package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.Role;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.tlog.Proofs;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.CheckpointNote;

/** The control plane as a witness of a proxy's log. */
@Tag("S74")
class WitnessFlowTest {
  private static final String ORIGIN = "authpipe/test/vault";
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient owner = plane.member(workspace, Role.OWNER);
  private final LinkClient proxy = plane.enrolled(workspace);
  private final KeyPair pair = pair();

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static List<byte[]> leaves(String log, int count) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(MerkleTree.leafHash((log + i).getBytes(StandardCharsets.US_ASCII)));
    }
    return leaves;
  }

  private static Hash root(List<byte[]> leaves) {
    MerkleTree tree = MerkleTree.empty();
    leaves.forEach(tree::append);
    return Hash.of(tree.root());
  }

  private String note(List<byte[]> leaves, int epoch) {
    byte[] encoded = pair.getPublic().getEncoded();
    VerifierKey key = VerifierKey.of("authpipe/test", Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    String text = new Checkpoint(ORIGIN, leaves.size(), root(leaves), epoch, Instant.ofEpochSecond(1_790_000_000)).text();
    return SignedNote.sign(text, key, bytes -> {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(bytes);
        return signature.sign();
      } catch (java.security.GeneralSecurityException failure) {
        throw new IllegalStateException(failure);
      }
    }).toString();
  }

  private ControlClient.Answer send(List<byte[]> leaves, int epoch, int provenFrom) {
    List<String> proof = Proofs.consistency(provenFrom, leaves.size()).stream()
        .map(range -> root(leaves.subList((int) range.from(), (int) range.to())).toString()).toList();
    return proxy.post("/link/v1/checkpoints",
        new String(LinkJson.write(new CheckpointNote(1, ORIGIN, note(leaves, epoch), proof)), StandardCharsets.UTF_8));
  }

  private JsonNode witnessed() {
    return owner.get("/api/v1/workspaces/" + workspace + "/data-planes/" + proxy.dataPlane() + "/checkpoints").expect(200).json()
        .path("data").path(0);
  }

  @Test
  void aLogThatGrowsIsFollowed() {
    send(leaves("a", 3), 0, 3).expect(204);
    send(leaves("a", 7), 0, 3).expect(204);
    send(leaves("a", 7), 0, 7).expect(204);
    send(leaves("a", 20), 0, 7).expect(204);
    assertThat(witnessed().path("size").asLong()).isEqualTo(20);
    assertThat(witnessed().path("note").asText()).isEqualTo(note(leaves("a", 20), 0));
    assertThat(witnessed().has("refused_note")).isFalse();
  }

  @Test
  void aForkARollBackAndAMissingProofAreRefusedRecordedAndKeptAsEvidence() {
    send(leaves("a", 7), 0, 7).expect(204);
    assertThat(send(leaves("b", 9), 0, 7).code()).as("another history").isEqualTo("fork");
    assertThat(send(leaves("a", 5), 0, 5).code()).as("a shorter log").isEqualTo("fork");
    assertThat(send(leaves("b", 7), 0, 7).code()).as("another root of the same size").isEqualTo("fork");
    assertThat(send(leaves("a", 9), 0, 9).status()).as("no proof").isEqualTo(409);
    assertThat(witnessed().path("size").asLong()).isEqualTo(7);
    assertThat(witnessed().path("refused_note").asText()).isEqualTo(note(leaves("a", 9), 0));
    JsonNode events = owner.get("/api/v1/workspaces/" + workspace + "/audit-events?type=checkpoint.refused").json().path("data");
    assertThat(events.findValuesAsText("reason")).containsExactly("fork", "fork", "fork", "fork");
    send(leaves("a", 9), 0, 7).expect(204);
  }

  @Test
  void theOneBreakIsADeclaredRestore() {
    send(leaves("a", 9), 0, 9).expect(204);
    assertThat(send(leaves("c", 6), 1, 6).code()).as("not declared").isEqualTo("fork");
    String declare = "/api/v1/workspaces/" + workspace + "/data-planes/" + proxy.dataPlane() + "/restores";
    owner.send("POST", declare, "{\"epoch\":1}").expect(204);
    assertThat(send(leaves("c", 6), 2, 6).code()).as("another epoch").isEqualTo("fork");
    send(leaves("c", 6), 1, 6).expect(204);
    send(leaves("c", 8), 1, 6).expect(204);
    assertThat(send(leaves("a", 10), 0, 9).code()).as("back to before").isEqualTo("fork");
    assertThat(send(leaves("d", 8), 1, 8).code()).as("within the epoch").isEqualTo("fork");
    List<String> types = owner.get("/api/v1/workspaces/" + workspace + "/audit-events?type=checkpoint.restore_declared").json()
        .path("data").findValuesAsText("type");
    assertThat(types).hasSize(1);
  }

  @Test
  void whatIsNoCheckpointOrOfAnotherLogIsRefused() {
    String note = note(leaves("a", 3), 0);
    for (CheckpointNote wrong : List.of(new CheckpointNote(1, "authpipe/test/control", note, List.of()),
        new CheckpointNote(1, ORIGIN, "nothing", List.of()),
        new CheckpointNote(1, ORIGIN, note.replace("authpipe/test/vault", "x"), List.of()))) {
      assertThat(proxy.post("/link/v1/checkpoints", new String(LinkJson.write(wrong), StandardCharsets.UTF_8)).code())
          .isEqualTo("invalid_request");
    }
  }

  @Test
  void twoProxiesWithLogsOfTheSameNameDoNotMeet() {
    send(leaves("a", 3), 0, 3).expect(204);
    LinkClient other = plane.enrolled(plane.workspace());
    assertThat(other.post("/link/v1/checkpoints",
        new String(LinkJson.write(new CheckpointNote(1, ORIGIN, note(leaves("b", 1), 0), List.of())), StandardCharsets.UTF_8))
        .status()).isEqualTo(204);
    assertThat(HexFormat.of().formatHex(root(leaves("a", 3)).bytes())).isEqualTo(plane.asSuperuser(
        "select encode(root, 'hex') from witnessed_checkpoint where workspace_id = '"
            + dev.authpipe.wire.WorkspaceId.parse(workspace).value() + "'")
        .getFirst());
  }
}
