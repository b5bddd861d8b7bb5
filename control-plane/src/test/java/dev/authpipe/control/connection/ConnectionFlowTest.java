package dev.authpipe.control.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.Report.Connection.State;
import dev.authpipe.wire.Report.Connection.Status;
import dev.authpipe.wire.WorkspaceId;

/** What members see of connections that proxies told of. */
class ConnectionFlowTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();
  private static final Database DATABASE = PLANE.openDatabase();
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final IntegrationId ONE = new IntegrationId(new UUID(0, 1));
  private static final IntegrationId TWO = new IntegrationId(new UUID(0, 2));

  private final String workspace = PLANE.workspace();
  private final WorkspaceId id = WorkspaceId.parse(workspace);
  private final String path = "/api/v1/workspaces/" + workspace;
  private final ControlClient viewer = PLANE.member(workspace, Role.VIEWER);
  private final Connections connections = PLANE.bean(Connections.class);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void connectionsAreListedFilteredAndCounted() {
    report(1, ONE, Status.ACTIVE, State.ACTIVE, null, NOW);
    report(2, ONE, Status.ACTIVE, State.REAUTH_REQUIRED, "invalid_grant", NOW);
    report(3, TWO, Status.DISCONNECTED, State.REVOKED, null, NOW);
    assertThat(list("")).hasSize(3);
    assertThat(list("?integration=" + ONE)).hasSize(2);
    assertThat(list("?state=reauth_required")).hasSize(1);
    assertThat(list("?status=disconnected&integration=" + TWO)).hasSize(1);
    assertThat(list("?status=disconnected&integration=" + ONE)).isEmpty();
    viewer.get(path + "/connections?state=nice").expect(400);
    viewer.get(path + "/connections?integration=slack").expect(400);
    JsonNode page = viewer.get(path + "/connections?limit=2").expect(200).json();
    assertThat(viewer.get(path + "/connections?limit=2&cursor=" + page.path("next_cursor").asText()).expect(200).json()
        .path("data")).hasSize(1);
    JsonNode counts = viewer.get(path + "/connection-counts").expect(200).json();
    assertThat(counts.path("states").toString()).isEqualTo("{\"active\":1,\"reauth_required\":1}");
    assertThat(counts.path("data")).hasSize(3);
  }

  @Test
  void theStateIsExplainedInPlainWords() {
    ConnectionId connection = report(1, ONE, Status.ACTIVE, State.REAUTH_REQUIRED, "invalid_grant", NOW);
    JsonNode one = viewer.get(path + "/connections/" + connection).expect(200).json();
    assertThat(one.at("/explanation/meaning").asText()).contains("no refresh can repair it", "no longer accepts the grant",
        "2 scopes are missing");
    assertThat(one.at("/explanation/action").asText()).contains("connect again");
    connection = report(2, ONE, Status.ACTIVE, State.DEGRADED, "something_new", NOW);
    assertThat(viewer.get(path + "/connections/" + connection).expect(200).text()).contains("does not know");
    connection = report(3, ONE, Status.DISCONNECTED, State.ACTIVE, null, NOW);
    assertThat(viewer.get(path + "/connections/" + connection).expect(200).text()).contains("was ended")
        .doesNotContain("scopes are missing");
  }

  @Test
  void everyStateAndEveryEndHasWords() {
    Explanations.Table table = new Explanations().table();
    Set<String> states = new TreeSet<>();
    for (State state : State.values()) {
      states.add(ConnectionQuery.word(state));
    }
    assertThat(table.states().keySet()).isEqualTo(states);
    assertThat(table.statuses().keySet()).containsExactlyInAnyOrder("disconnected", "purged");
    assertThat(table.reasons()).allSatisfy((code, words) -> {
      assertThat(code).matches("[a-z][a-z0-9_]*");
      assertThat(words).matches("[A-Z].*\\.");
    });
  }

  @Test
  void anOlderReportNeverWinsAndWhatIsPurgedStays() {
    ConnectionId connection = report(1, ONE, Status.ACTIVE, State.ACTIVE, null, NOW);
    report(1, ONE, Status.ACTIVE, State.DEGRADED, "server_error", NOW.minusSeconds(1));
    assertThat(state(connection)).isEqualTo("active");
    report(1, ONE, Status.ACTIVE, State.DEGRADED, "server_error", NOW.plusSeconds(1));
    assertThat(state(connection)).isEqualTo("degraded");
    report(1, ONE, Status.PURGED, State.REVOKED, null, NOW.plusSeconds(2));
    report(1, ONE, Status.ACTIVE, State.ACTIVE, null, NOW.plusSeconds(3));
    assertThat(state(connection)).isEqualTo("revoked");
  }

  @Test
  @Tag("S72")
  void nothingAboutAnEndUserHasAPlace() {
    assertThat(PLANE.asSuperuser("select column_name from information_schema.columns where table_name = 'connection' order by 1"))
        .containsExactly("connection_id", "created_at", "integration_id", "reason", "reported_at", "scopes_missing", "state",
            "status", "workspace_id");
  }

  @Test
  @Tag("S33")
  void aConnectionOfAnotherWorkspaceIsUnknown() {
    ConnectionId connection = report(1, ONE, Status.ACTIVE, State.ACTIVE, null, NOW);
    String other = PLANE.workspace();
    ControlClient owner = PLANE.member(other, Role.OWNER);
    owner.get("/api/v1/workspaces/" + other + "/connections/" + connection).expect(404);
    owner.get("/api/v1/workspaces/" + other + "/connections/nothing").expect(404);
    assertThat(owner.get("/api/v1/workspaces/" + other + "/connections").expect(200).json().path("data")).isEmpty();
    assertThat(owner.get("/api/v1/workspaces/" + other + "/connection-counts").expect(200).json().path("data")).isEmpty();
  }

  private JsonNode list(String query) {
    return viewer.get(path + "/connections" + query).expect(200).json().path("data");
  }

  private String state(ConnectionId connection) {
    return viewer.get(path + "/connections/" + connection).expect(200).json().path("state").asText();
  }

  private ConnectionId report(int number, IntegrationId integration, Status status, State state, @Nullable String reason,
      Instant at) {
    ConnectionId connection = new ConnectionId(new UUID(id.value().getMostSignificantBits(), number));
    DATABASE.run(id, tx -> connections.report(tx,
        new Report.Connection(at, id, connection, integration, status, state, reason, 2, NOW)));
    return connection;
  }
}
