package dev.authpipe.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.WorkspaceId;

/** The control plane's log on a real store. */
class AuditLogTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();
  private static final Database DATABASE = PLANE.openDatabase();
  private static final Randomness RANDOMNESS = new Randomness(new SecureRandom(), Clock.systemUTC());
  private static final AuditLog LOG = new AuditLog(DATABASE, RANDOMNESS);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @Tag("S40")
  void anEventExistsExactlyWhenItsChangeDoes() {
    WorkspaceId workspace = workspace();
    assertThatThrownBy(() -> DATABASE.run(workspace, tx -> {
      LOG.append(tx, entry(workspace));
      throw new IllegalStateException("after the event");
    })).hasMessage("after the event");
    assertThat(LOG.events(workspace, all()).events()).isEmpty();
    DATABASE.run(workspace, tx -> LOG.append(tx, entry(workspace)));
    assertThat(LOG.events(workspace, all()).events()).hasSize(1);
  }

  @Test
  void oneTransactionWritesIntoTheLogsOfThePlaneAndOfTwoWorkspaces() {
    WorkspaceId one = workspace();
    WorkspaceId other = workspace();
    UUID person = RANDOMNESS.uuidV4();
    DATABASE.run(Database.PLANE, tx -> {
      LOG.append(tx, AuditEntry.of(AuditType.PERSON_VERIFIED, AuditActor.person(person), AuditObject.person(person)).build());
      tx.within(other, bound -> append(bound, other));
      tx.within(one, bound -> append(bound, one));
      tx.within(other, bound -> append(bound, other));
    });
    assertThat(LOG.events(one, all()).events()).hasSize(1);
    assertThat(LOG.events(other, all()).events()).hasSize(2);
    assertThat(LOG.events(Database.PLANE, new AuditQuery(1, null, AuditType.PERSON_VERIFIED, person.toString(), null, null))
        .events()).hasSize(1);
  }

  @Test
  void transactionsOverTheSameWorkspacesInEitherOrderDoNotDeadlock() {
    WorkspaceId one = workspace();
    WorkspaceId other = workspace();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> runs = IntStream.range(0, 40).mapToObj(i -> CompletableFuture.runAsync(() -> {
        WorkspaceId first = i % 2 == 0 ? one : other;
        WorkspaceId second = i % 2 == 0 ? other : one;
        DATABASE.run(first, tx -> {
          LOG.append(tx, entry(first));
          tx.within(second, bound -> append(bound, second));
        });
      }, threads)).toList();
      runs.forEach(CompletableFuture::join);
    }
    assertThat(LOG.events(one, all()).events()).hasSize(40);
    assertThat(tree(one)).isEqualTo(head(one));
    assertThat(tree(other)).isEqualTo(head(other));
  }

  @Test
  @Tag("S43")
  void anEntryHoldsNothingButItsClosedSchema() {
    WorkspaceId workspace = workspace();
    AuditEntry.Builder builder = AuditEntry.of(AuditType.WORKSPACE_CREATED, AuditActor.operator(),
        AuditObject.workspace(workspace));
    assertThatThrownBy(() -> builder.detail(AuditDetail.ROLE, "owner")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.detail(AuditDetail.REGION, "somebody@example.org"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(builder::build).as("region is missing").isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AuditEntry.of(AuditType.SIGNED_IN, AuditActor.operator(), AuditObject.workspace(workspace)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AuditActor(AuditActor.Kind.PERSON, "anna")).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean append(Tx tx, WorkspaceId workspace) {
    LOG.append(tx, entry(workspace));
    return true;
  }

  private static AuditEntry entry(WorkspaceId workspace) {
    return AuditEntry.of(AuditType.WORKSPACE_DELETED, AuditActor.system("workspace"), AuditObject.workspace(workspace)).build();
  }

  private static WorkspaceId workspace() {
    return new WorkspaceId(RANDOMNESS.uuidV7());
  }

  private static AuditQuery all() {
    return new AuditQuery(200, null, null, null, null, null);
  }

  /** The root over the leaves as they are stored. */
  private static String tree(WorkspaceId workspace) {
    MerkleTree tree = MerkleTree.empty();
    List<String> leaves = new ArrayList<>(PLANE.asSuperuser(
        "select encode(leaf, 'hex') from audit_event where workspace_id = '" + workspace.value() + "' order by seq"));
    leaves.forEach(leaf -> tree.append(HexFormat.of().parseHex(leaf)));
    return leaves.size() + " " + HexFormat.of().formatHex(tree.root());
  }

  private static String head(WorkspaceId workspace) {
    long size = Long.parseLong(
        PLANE.asSuperuser("select size from audit_head where workspace_id = '" + workspace.value() + "'").getFirst());
    String frontier = PLANE
        .asSuperuser("select encode(frontier, 'hex') from audit_head where workspace_id = '" + workspace.value() + "'")
        .getFirst();
    return size + " " + HexFormat.of().formatHex(MerkleTree.of(size, HexFormat.of().parseHex(frontier)).root());
  }
}
