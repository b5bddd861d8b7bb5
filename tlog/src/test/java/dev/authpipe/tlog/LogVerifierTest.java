package dev.authpipe.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.tlog.Verification.Finding;
import dev.authpipe.tlog.Verification.Kind;

@Tag("S41")
class LogVerifierTest {
  private static final String WORKSPACE = "wks_00000000000000000000000001";
  private static final String ORIGIN = "authpipe/test/" + WORKSPACE;
  private static KeyPair pair;
  private static VerifierKey key;

  @BeforeAll
  static void makeKey() throws GeneralSecurityException {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] spki = pair.getPublic().getEncoded();
    key = VerifierKey.of("authpipe/test", Arrays.copyOfRange(spki, spki.length - 32, spki.length));
  }

  @Test
  void aWholeExportHolds() {
    Verification found = verify(note(40), export(events(40), 0, 40));
    assertThat(found).isEqualTo(new Verification(ORIGIN, 0, 40, 0, 0, List.of()));
    assertThat(found.holds()).isTrue();
  }

  @Test
  void everyPartHoldsAgainstTheCheckpointOfItsExport() {
    List<byte[]> events = events(23);
    for (int from = 0; from <= 23; from++) {
      for (int to = from; to <= 23; to++) {
        assertThat(verify(note(23), export(events, from, to)).findings()).as("%s to %s", from, to).isEmpty();
      }
    }
  }

  @Test
  void anEarlierCheckpointTellsHowManyEventsItDoesNotCover() {
    assertThat(verify(note(30), export(events(40), 0, 40)).unwitnessed()).isEqualTo(10);
    assertThat(verify(note(30), export(events(40), 0, 40)).findings()).isEmpty();
  }

  @Test
  void aCheckpointThatTheFileCannotReachIsSaid() {
    assertThat(only(verify(note(41), export(events(40), 0, 40)))).isEqualTo(Kind.TRUNCATED);
    assertThat(only(verify(note(3), export(events(40), 5, 40)))).isEqualTo(Kind.NOT_PROVEN);
  }

  @Test
  void deletedBodiesAreCountedAndTheTreeStillHolds() {
    List<byte[]> lines = export(events(10), 0, 10);
    lines.set(4, new String(lines.get(4), StandardCharsets.UTF_8).replaceFirst("\\{\"event\":.*,\"leaf", "{\"event\":null,\"leaf")
        .getBytes(StandardCharsets.UTF_8));
    Verification found = verify(note(10), lines);
    assertThat(found.findings()).isEmpty();
    assertThat(found.bodiless()).isEqualTo(1);
  }

  @Test
  void aDeletedLineIsFoundWhereItIsMissing() {
    List<byte[]> lines = export(events(10), 0, 10);
    lines.remove(4);
    assertThat(verify(note(10), lines).findings()).extracting(Finding::line, Finding::kind).contains(
        org.assertj.core.groups.Tuple.tuple(5L, Kind.MISSING));
  }

  @Test
  void aRepeatedAndAMovedLineAreFoundWhereTheyStand() {
    List<byte[]> repeated = export(events(10), 0, 10);
    repeated.add(5, repeated.get(4));
    assertThat(verify(note(10), repeated).findings().get(0)).extracting(Finding::line, Finding::kind)
        .containsExactly(6L, Kind.OUT_OF_PLACE);
    List<byte[]> moved = export(events(10), 0, 10);
    moved.add(7, moved.remove(3));
    assertThat(verify(note(10), moved).findings()).extracting(Finding::line, Finding::kind)
        .contains(org.assertj.core.groups.Tuple.tuple(4L, Kind.MISSING),
            org.assertj.core.groups.Tuple.tuple(8L, Kind.OUT_OF_PLACE));
  }

  @Test
  void aFileThatEndsEarlyIsFound() {
    List<byte[]> lines = export(events(10), 0, 10);
    assertThat(only(verify(note(10), lines.subList(0, 8)))).isEqualTo(Kind.TRUNCATED);
    byte[] file = joined(lines);
    for (int cut : new int[]{1, 2, 50}) {
      assertThat(verify(List.of(note(10)), Arrays.copyOf(file, file.length - cut)).holds()).isFalse();
    }
    assertThat(verify(List.of(note(10)), new byte[0]).holds()).isFalse();
    byte[] longer = Arrays.copyOf(file, file.length + 1);
    assertThat(verify(List.of(note(10)), longer).holds()).isFalse();
  }

  @Test
  void anEventThatWasChangedWithItsLeafIsPinnedDownBetweenTwoCheckpoints() {
    List<byte[]> changed = events(40);
    changed.set(17, event(17, "refused"));
    List<byte[]> lines = export(changed, 0, 40);
    lines.set(0, export(events(40), 0, 40).get(0));
    Verification found = verify(List.of(note(10), note(16), note(20), note(40)), joined(lines));
    assertThat(found.findings()).singleElement().satisfies(finding -> {
      assertThat(finding.kind()).isEqualTo(Kind.NOT_AS_SIGNED);
      assertThat(finding.sentence()).contains("of the lines 18 to 21 at least one");
    });
  }

  @Test
  void aLogThatWasWrittenAnewUnderTheSameKeyIsFound() {
    List<byte[]> other = events(40);
    other.set(0, event(0, "refused"));
    assertThat(only(verify(note(40), export(other, 0, 40)))).isEqualTo(Kind.NOT_AS_SIGNED);
    assertThat(only(verify(note(20), export(other, 0, 40)))).isEqualTo(Kind.NOT_AS_SIGNED);
    assertThat(only(verify(note(40), export(other, 5, 30)))).isEqualTo(Kind.NOT_AS_SIGNED);
  }

  @Test
  void aForgedFrontierOrProofIsFound() {
    List<byte[]> lines = export(events(40), 5, 30);
    List<byte[]> others = export(events(40), 6, 30);
    for (byte[] part : List.of(others.get(0), ExportLine.proof(List.of()))) {
      List<byte[]> forged = new ArrayList<>(lines);
      forged.set(part.length > 100 ? 0 : lines.size() - 1, part);
      assertThat(verify(note(40), forged).holds()).isFalse();
    }
  }

  @Test
  void checkpointsAreRefusedWithTheWrongKeyAndOfAnotherLog() throws GeneralSecurityException {
    KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] spki = stranger.getPublic().getEncoded();
    VerifierKey other = VerifierKey.of("authpipe/test", Arrays.copyOfRange(spki, spki.length - 32, spki.length));
    assertThatThrownBy(() -> new LogVerifier(other, List.of(note(10)))).hasMessageContaining("not signed by the key");
    SignedNote foreign = sign(new Checkpoint("authpipe/test/vault", 10, root(events(10)), 0, Instant.EPOCH));
    assertThatThrownBy(() -> new LogVerifier(key, List.of(note(10), foreign))).hasMessageContaining("of one log");
    assertThat(only(verify(foreign, export(events(10), 0, 10)))).isEqualTo(Kind.NOT_PROVEN);
    SignedNote elsewhere = sign(new Checkpoint("authpipe/tests/vault", 10, root(events(10)), 0, Instant.EPOCH));
    assertThatThrownBy(() -> new LogVerifier(key, List.of(elsewhere))).hasMessageContaining("not the key's");
  }

  @Test
  void anEventOfAnotherLogIsFound() {
    List<byte[]> events = events(5);
    events.set(2, new String(events.get(2), StandardCharsets.UTF_8).replace("\"vault\"", "\"client_secrets\"")
        .getBytes(StandardCharsets.UTF_8));
    assertThat(verify(note(5), export(events, 0, 5)).findings()).first().extracting(Finding::line, Finding::kind)
        .containsExactly(4L, Kind.FOREIGN);
  }

  @Test
  void aHundredThousandEventsVerifyAndOneChangedBitIsLocated() throws IOException {
    int size = 100_000;
    List<byte[]> lines = export(events(size), 0, size);
    byte[] file = joined(lines);
    SignedNote note = note(size);
    AtomicLong progress = new AtomicLong();
    long began = System.nanoTime();
    Verification found = new LogVerifier(key, List.of(note)).verify(new ByteArrayInputStream(file), progress::set);
    System.out.printf("%d events, %d MB, verified in %d ms%n", size, file.length >> 20, (System.nanoTime() - began) / 1_000_000);
    assertThat(found).isEqualTo(new Verification(ORIGIN, 0, size, 0, 0, List.of()));
    assertThat(progress.get()).isGreaterThanOrEqualTo(90_000);
    int line = 71_234;
    int inside = 0;
    for (int i = 0; i < line - 1; i++) {
      inside += lines.get(i).length + 1;
    }
    file[inside + 20] ^= 1;
    Verification broken = verify(List.of(note), file);
    assertThat(broken.findings()).first().extracting(Finding::line).isEqualTo((long) line);
  }

  @Test
  void aChangedBitOfEachByteOfAFileIsFoundInItsLine() throws IOException {
    LogVerifier verifier = new LogVerifier(key, List.of(note(6)));
    byte[] file = joined(export(events(6), 1, 5));
    int line = 1;
    for (int at = 0; at < file.length; at++) {
      boolean end = file[at] == '\n';
      byte[] changed = file.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      Verification found = verifier.verify(new ByteArrayInputStream(changed), read -> {});
      assertThat(found.holds()).as("byte %s", at).isFalse();
      if (line > 1 && line <= 5 && !end && changed[at] != '\n') {
        assertThat(found.findings().get(0).line()).as("byte %s", at).isEqualTo(line);
      }
      line += end ? 1 : 0;
    }
    assertThat(line).isEqualTo(7);
  }

  private static Kind only(Verification found) {
    assertThat(found.findings()).hasSize(1);
    return found.findings().get(0).kind();
  }

  private static Verification verify(SignedNote note, List<byte[]> lines) {
    return verify(List.of(note), joined(lines));
  }

  private static Verification verify(List<SignedNote> notes, byte[] file) {
    try {
      return new LogVerifier(key, notes).verify(new ByteArrayInputStream(file), read -> {});
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static List<byte[]> events(int size) {
    List<byte[]> events = new ArrayList<>(size);
    for (int seq = 0; seq < size; seq++) {
      events.add(event(seq, "success"));
    }
    return events;
  }

  private static byte[] event(long seq, String outcome) {
    return CanonicalJson.write(Map.of("v", 1, "store", "vault", "workspace", WORKSPACE, "epoch", 0, "seq", seq, "time",
        "2027-03-01T12:00:00.000Z", "type", "credential.read", "detail", Map.of("calls", 3L), "outcome", outcome));
  }

  private static Hash root(List<byte[]> events) {
    MerkleTree tree = MerkleTree.empty();
    events.forEach(event -> tree.append(MerkleTree.leafHash(event)));
    return Hash.of(tree.root());
  }

  private static SignedNote note(int size) {
    return sign(new Checkpoint(ORIGIN, size, root(events(size)), 0, Instant.parse("2027-03-01T12:00:00.000Z")));
  }

  private static SignedNote sign(Checkpoint checkpoint) {
    return SignedNote.sign(checkpoint.text(), key, text -> {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(text);
        return signature.sign();
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    });
  }

  /** What an exporter that reads these events writes: its checkpoint is of all of them. */
  private static List<byte[]> export(List<byte[]> events, int from, int to) {
    SignedNote own = sign(new Checkpoint(ORIGIN, events.size(), root(events), 0, Instant.EPOCH));
    MerkleTree before = MerkleTree.empty();
    events.subList(0, from).forEach(event -> before.append(MerkleTree.leafHash(event)));
    List<byte[]> lines = new ArrayList<>();
    lines.add(
        new ExportHeader(own.toString(), from, to, Hash.listOfHex(java.util.HexFormat.of().formatHex(before.frontier()))).line()
            .getBytes(StandardCharsets.UTF_8));
    events.subList(from, to).forEach(event -> lines.add(ExportLine.event(event, Hash.of(MerkleTree.leafHash(event)))));
    if (to < events.size()) {
      lines.add(ExportLine.proof(Proofs.consistency(to, events.size()).stream()
          .map(range -> root(events.subList((int) range.from(), (int) range.to()))).toList()));
    }
    return lines;
  }

  private static byte[] joined(List<byte[]> lines) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    lines.forEach(line -> {
      file.writeBytes(line);
      file.write('\n');
    });
    return file.toByteArray();
  }
}
