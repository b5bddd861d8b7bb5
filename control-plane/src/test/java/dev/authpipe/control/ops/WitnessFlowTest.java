package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.authpipe.wire.CheckpointBatch;

/** The control plane as a witness of a proxy's log. */
@Tag("S41")
@Tag("S74")
class WitnessFlowTest {
  private static final String ORIGIN = "authpipe/test/vault";
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient owner = plane.member(workspace, Role.OWNER);
  private final KeyPair pair = pair();
  private final LinkClient proxy = plane.enrolled(workspace, key(pair).toString());

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static VerifierKey key(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return VerifierKey.of("authpipe/test", Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
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
    return note(leaves, epoch, pair);
  }

  private static String note(List<byte[]> leaves, int epoch, KeyPair signer) {
    String text = new Checkpoint(ORIGIN, leaves.size(), root(leaves), epoch, Instant.ofEpochSecond(1_790_000_000)).text();
    return SignedNote.sign(text, key(signer), bytes -> {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signer.getPrivate());
        signature.update(bytes);
        return signature.sign();
      } catch (java.security.GeneralSecurityException failure) {
        throw new IllegalStateException(failure);
      }
    }).toString();
  }

  /** Sends a checkpoint with its proof; answers the status. */
  private String send(List<byte[]> leaves, int epoch, int from) {
    return send(leaves, epoch, from, note(leaves, epoch));
  }

  private String send(List<byte[]> leaves, int epoch, int from, String note) {
    List<String> proof = from > leaves.size()
        ? List.of()
        : Proofs.consistency(from, leaves.size()).stream()
            .map(range -> root(leaves.subList((int) range.from(), (int) range.to())).toString()).toList();
    return send(proxy, new CheckpointBatch.Sent(ORIGIN, note, from, proof)).path("status").asText();
  }

  private static JsonNode send(LinkClient from, CheckpointBatch.Sent... sent) {
    JsonNode results = from.post("/link/v1/checkpoints",
        new String(LinkJson.write(new CheckpointBatch(1, List.of(sent))), StandardCharsets.UTF_8)).expect(200).json()
        .path("results");
    assertThat(results).hasSize(sent.length);
    return results.path(0);
  }

  private JsonNode witnessed() {
    return owner.get("/api/v1/workspaces/" + workspace + "/data-planes/" + proxy.dataPlane() + "/checkpoints").expect(200).json()
        .path("data").path(0);
  }

  @Test
  void everyCheckpointOfTheVectorsIsAnsweredAsTheySay() throws IOException {
    JsonNode vectors = new ObjectMapper().readTree(Files.readAllBytes(Path.of("..", "docs", "link-vectors", "witness.json")));
    LinkClient other = plane.enrolled(plane.workspace(), vectors.path("checkpoint_key").asText());
    assertThat(vectors.path("exchanges")).hasSizeGreaterThan(15);
    for (JsonNode exchange : vectors.path("exchanges")) {
      ControlClient.Answer answer = other.post("/link/v1/checkpoints",
          "{\"v\":1,\"checkpoints\":[" + exchange.path("sent") + "]}").expect(200);
      assertThat(answer.json().at("/results/0")).as(exchange.path("why").asText()).isEqualTo(exchange.path("result"));
    }
  }

  @Test
  void aLogThatGrowsIsFollowed() {
    assertThat(send(leaves("a", 3), 0, 0)).isEqualTo("taken");
    assertThat(send(leaves("a", 7), 0, 3)).isEqualTo("taken");
    assertThat(send(leaves("a", 7), 0, 3)).as("by another replica").isEqualTo("taken");
    assertThat(send(leaves("a", 20), 0, 3)).isEqualTo("behind");
    assertThat(send(leaves("a", 20), 0, 7)).isEqualTo("taken");
    assertThat(witnessed().path("size").asLong()).isEqualTo(20);
    assertThat(witnessed().path("note").asText()).isEqualTo(note(leaves("a", 20), 0));
    assertThat(witnessed().has("refused_note")).isFalse();
  }

  @Test
  void aForkARollBackAndAMissingProofAreRefusedRecordedAndKeptAsEvidence() {
    assertThat(send(leaves("a", 7), 0, 0)).isEqualTo("taken");
    assertThat(send(leaves("b", 9), 0, 7)).as("another history").isEqualTo("fork");
    assertThat(send(leaves("a", 5), 0, 7)).as("a shorter log").isEqualTo("fork");
    assertThat(send(leaves("b", 7), 0, 0)).as("another root of the same size").isEqualTo("fork");
    assertThat(send(proxy, new CheckpointBatch.Sent(ORIGIN, note(leaves("a", 9), 0), 7, List.of())).path("status").asText())
        .as("no proof").isEqualTo("fork");
    assertThat(witnessed().path("size").asLong()).isEqualTo(7);
    assertThat(witnessed().path("note").asText()).isEqualTo(note(leaves("a", 7), 0));
    assertThat(witnessed().path("refused_note").asText()).isEqualTo(note(leaves("a", 9), 0));
    JsonNode events = owner.get("/api/v1/workspaces/" + workspace + "/audit-events?type=checkpoint.refused").json().path("data");
    assertThat(events.findValuesAsText("reason")).containsExactly("fork", "fork", "fork", "fork");
    assertThat(send(leaves("a", 9), 0, 7)).isEqualTo("taken");
  }

  @Test
  void whatTheKeyOfTheEnrolmentDidNotSignIsNeitherTakenNorEvidence() {
    assertThat(send(leaves("a", 7), 0, 0)).isEqualTo("taken");
    assertThat(send(leaves("b", 9), 0, 7, note(leaves("b", 9), 0, pair()))).isEqualTo("refused");
    assertThat(send(leaves("a", 9), 0, 7, note(leaves("a", 8), 0).replace("\n8\n", "\n9\n"))).isEqualTo("refused");
    assertThat(witnessed().path("size").asLong()).isEqualTo(7);
    assertThat(witnessed().has("refused_note")).isFalse();
    JsonNode events = owner.get("/api/v1/workspaces/" + workspace + "/audit-events?type=data_plane.refused").json().path("data");
    assertThat(events.findValuesAsText("reason")).containsExactly("checkpoint");
    plane.asSuperuser(
        "update data_plane set checkpoint_key = null where identity = decode('" + proxy.key().identity() + "', 'hex')");
    assertThat(send(leaves("a", 9), 0, 7)).as("enrolled without a key").isEqualTo("refused");
  }

  @Test
  void anEnrolmentThatNamesNoKeyIsRefusedAndItsCodeStaysGood() {
    String planes = "/api/v1/workspaces/" + workspace + "/data-planes";
    String code = owner.send("POST", planes, "{\"name\":\"south\"}").expect(201).json().path("enrolment_code").asText();
    LinkClient next = plane.proxy();
    plane.move(java.time.Duration.ofMinutes(1));
    assertThat(next.post("/link/v1/enrol", LinkClient.enrolment(LinkClient.proof(code, next.key()), "authpipe/x+00+AA==")).code())
        .isEqualTo("invalid_request");
    next.enrol(code);
  }

  @Test
  void ofABatchEachCheckpointIsLookedAtByItself() {
    List<byte[]> three = leaves("a", 3);
    JsonNode first = send(proxy, new CheckpointBatch.Sent(ORIGIN, "nothing", 0, List.of()),
        new CheckpointBatch.Sent(ORIGIN, note(three, 0), 0, List.of()));
    assertThat(first.path("status").asText()).isEqualTo("refused");
    assertThat(witnessed().path("size").asLong()).isEqualTo(3);
  }

  @Test
  void theOneBreakIsADeclaredRestore() {
    assertThat(send(leaves("a", 9), 0, 0)).isEqualTo("taken");
    assertThat(send(leaves("c", 6), 1, 0)).as("not declared").isEqualTo("fork");
    String declare = "/api/v1/workspaces/" + workspace + "/data-planes/" + proxy.dataPlane() + "/restores";
    owner.send("POST", declare, "{\"epoch\":1}").expect(204);
    assertThat(send(leaves("c", 6), 2, 0)).as("another epoch").isEqualTo("fork");
    assertThat(send(leaves("c", 6), 1, 0)).isEqualTo("taken");
    assertThat(send(leaves("c", 8), 1, 6)).isEqualTo("taken");
    assertThat(send(leaves("a", 10), 0, 9)).as("back to before").isEqualTo("fork");
    assertThat(send(leaves("d", 8), 1, 8)).as("within the epoch").isEqualTo("fork");
    List<String> types = owner.get("/api/v1/workspaces/" + workspace + "/audit-events?type=checkpoint.restore_declared").json()
        .path("data").findValuesAsText("type");
    assertThat(types).hasSize(1);
  }

  @Test
  void twoProxiesWithLogsOfTheSameNameDoNotMeet() {
    assertThat(send(leaves("a", 3), 0, 0)).isEqualTo("taken");
    LinkClient other = plane.enrolled(plane.workspace(), key(pair).toString());
    assertThat(send(other, new CheckpointBatch.Sent(ORIGIN, note(leaves("b", 1), 0), 0, List.of())).path("status").asText())
        .isEqualTo("taken");
    assertThat(HexFormat.of().formatHex(root(leaves("a", 3)).bytes())).isEqualTo(plane.asSuperuser(
        "select encode(root, 'hex') from witnessed_checkpoint where workspace_id = '"
            + dev.authpipe.wire.WorkspaceId.parse(workspace).value() + "'")
        .getFirst());
  }
}
