package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.dataplane.report.ReportUpkeep;
import dev.authpipe.control.http.Role;
import dev.authpipe.wire.WorkspaceId;

/** Changes, erasures and jobs as proxies tell of them, and as members read them. */
@Tag("S72")
class ReportedFlowTest {
  private static final String NIL = new WorkspaceId(new UUID(0, 0)).toString();
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final String path = "/api/v1/workspaces/" + workspace;
  private final ControlClient viewer = plane.member(workspace, Role.VIEWER);
  private final LinkClient proxy = plane.enrolled(workspace);

  private LinkClient.Report change(String id, String status) {
    return new LinkClient.Report("change", workspace, Map.of("change", id, "status", status));
  }

  private List<String> listed(String list, String... members) {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : viewer.get(path + "/" + list).expect(200).json().path("data")) {
      rows.add(String.join(" ", List.of(members).stream().map(member -> row.path(member).asText("-")).toList()));
    }
    return rows;
  }

  @Test
  void changesAreListedWithTheirLastStatusAndNarrowedByIt() {
    String one = LinkClient.id("chg");
    String other = LinkClient.id("chg");
    proxy.report(1, change(one, "waiting"), change(other, "waiting")).expect(200);
    proxy.report(3, change(one, "approved")).expect(200);
    assertThat(listed("changes", "id", "data_plane_id", "status")).containsExactly(one + " " + proxy.dataPlane() + " approved",
        other + " " + proxy.dataPlane() + " waiting");
    assertThat(listed("changes?status=waiting", "id")).containsExactly(other);
    assertThat(listed("changes?data_plane=" + proxy.dataPlane(), "id")).hasSize(2);
    assertThat(listed("changes?data_plane=" + plane.enrolled(workspace).dataPlane(), "id")).isEmpty();
    for (String wrong : List.of("status=open", "data_plane=dpl_1", "cursor=eA", "cursor=MjAyNi0wMS0wMVQwMDowMDowMFovMS94")) {
      assertThat(viewer.get(path + "/changes?" + wrong).expect(400).code()).as(wrong).isEqualTo("invalid_request");
    }
  }

  @Test
  void aCursorThatNoListWroteIsRefused() {
    String id = "/00000000-0000-4000-8000-000000000000/";
    for (String place : List.of("+1000000000-12-31T23:59:59Z" + id + "retention", "2026-01-01T00:00:00Z" + id + "a\0b",
        "2026-01-01T00:00:00Z" + id, "2026-01-01T00:00:00Z/1/retention", "2026-13-01T00:00:00Z" + id + "retention")) {
      String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
      assertThat(viewer.get(path + "/jobs?cursor=" + cursor).expect(400).code()).as(place).isEqualTo("invalid_request");
      assertThat(viewer.get(path + "/changes?cursor=" + cursor).expect(400).code()).as(place).isEqualTo("invalid_request");
    }
  }

  @Test
  void erasuresAreCountsWithoutAPerson() {
    String erasure = LinkClient.id("era");
    Map<String, Object> members = Map.of("erasure", erasure, "connections", 3, "pending", 2);
    proxy.report(1, new LinkClient.Report("erasure", workspace, members),
        new LinkClient.Report("erasure", workspace, Map.of("erasure", erasure, "connections", 3, "pending", 0))).expect(200);
    assertThat(listed("erasures", "id", "connections", "pending")).containsExactly(erasure + " 3 0");
    assertThat(viewer.get(path + "/erasures").json().at("/data/0").fieldNames()).toIterable()
        .containsExactlyInAnyOrder("id", "connections", "pending", "reported_at");
  }

  @Test
  void jobsThatFailedAreSeenAtTheHomeOfTheirDataPlaneOnly() {
    String served = plane.workspace();
    ControlClient both = plane.member(workspace, Role.OWNER).as(served, Role.OWNER);
    both.send("PUT", "/api/v1/workspaces/" + served + "/data-planes/" + proxy.dataPlane() + "/assignment", "{}").expect(200);
    proxy.report(1,
        new LinkClient.Report("job", NIL, Map.of("job", "retention", "status", "failed", "reason", "store_unavailable")),
        new LinkClient.Report("job", NIL, Map.of("job", "rewrap", "status", "failed"))).expect(200);
    assertThat(listed("jobs", "data_plane_id", "job", "status", "reason")).containsExactlyInAnyOrder(
        proxy.dataPlane() + " retention failed store_unavailable", proxy.dataPlane() + " rewrap failed -");
    assertThat(both.get("/api/v1/workspaces/" + served + "/jobs").expect(200).json().path("data")).isEmpty();
  }

  @Test
  void pagesComeInOrderWithoutRepetitionOrGap() {
    List<LinkClient.Report> reports = new ArrayList<>();
    IntStream.range(0, 7).forEach(i -> {
      reports.add(change(LinkClient.id("chg"), "waiting"));
      reports.add(
          new LinkClient.Report("erasure", workspace, Map.of("erasure", LinkClient.id("era"), "connections", i, "pending", 0)));
      reports.add(new LinkClient.Report("job", NIL, Map.of("job", "job_" + i, "status", "failed")));
    });
    proxy.report(1, reports.toArray(LinkClient.Report[]::new)).expect(200);
    for (String list : List.of("changes", "erasures", "jobs")) {
      JsonNode whole = viewer.get(path + "/" + list).expect(200).json();
      assertThat(whole.has("next_cursor")).isFalse();
      List<JsonNode> paged = new ArrayList<>();
      String cursor = "";
      do {
        JsonNode page = viewer.get(path + "/" + list + "?limit=3" + cursor).expect(200).json();
        page.path("data").forEach(paged::add);
        cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asText() : "";
      } while (!cursor.isEmpty());
      assertThat(paged).as(list).hasSize(7).containsExactlyElementsOf(whole.path("data"));
    }
  }

  @Test
  @Tag("S33")
  void whatOthersReportIsNotToBeHadByTheirIdsOrCursors() {
    proxy.report(1, change(LinkClient.id("chg"), "waiting"), change(LinkClient.id("chg"), "waiting"),
        new LinkClient.Report("job", NIL, Map.of("job", "retention", "status", "failed"))).expect(200);
    String cursor = viewer.get(path + "/changes?limit=1").expect(200).json().path("next_cursor").asText();
    String other = plane.workspace();
    ControlClient stranger = plane.member(other, Role.OWNER);
    for (String list : List.of("changes", "erasures", "jobs")) {
      stranger.get(path + "/" + list).expect(404);
      assertThat(stranger.get("/api/v1/workspaces/" + other + "/" + list).expect(200).json().path("data")).isEmpty();
    }
    assertThat(stranger.get("/api/v1/workspaces/" + other + "/changes?data_plane=" + proxy.dataPlane() + "&cursor=" + cursor)
        .expect(200).json().path("data")).isEmpty();
  }

  @Test
  void aProxyThatTellsOfTooManyJobsFillsNoTable() {
    LinkClient.Report[] many = IntStream.range(0, 450)
        .mapToObj(i -> new LinkClient.Report("job", NIL, Map.of("job", "job_" + i, "status", "failed")))
        .toArray(LinkClient.Report[]::new);
    proxy.report(1, many).expect(200);
    proxy.report(451, IntStream.range(450, 800)
        .mapToObj(i -> new LinkClient.Report("job", NIL, Map.of("job", "job_" + i, "status", "failed")))
        .toArray(LinkClient.Report[]::new)).expect(200);
    proxy.report(801, new LinkClient.Report("job", NIL, Map.of("job", "job_3", "status", "done"))).expect(200);
    String own = " from data_plane_job where workspace_id = '" + WorkspaceId.parse(workspace).value() + "'";
    assertThat(plane.asSuperuser("select count(*)" + own)).containsExactly("450");
    assertThat(plane.asSuperuser("select status" + own + " and job = 'job_3'")).as("what is known goes on")
        .containsExactly("done");
  }

  @Test
  void whatIsOverIsForgottenAfterNinetyDaysAndWhatIsOwedIsNot() {
    proxy.report(1, change(LinkClient.id("chg"), "waiting"), change(LinkClient.id("chg"), "applied"),
        new LinkClient.Report("erasure", workspace, Map.of("erasure", LinkClient.id("era"), "connections", 1, "pending", 1)),
        new LinkClient.Report("erasure", workspace, Map.of("erasure", LinkClient.id("era"), "connections", 1, "pending", 0)),
        new LinkClient.Report("job", NIL, Map.of("job", "retention", "status", "failed"))).expect(200);
    for (String table : List.of("change", "erasure", "job")) {
      plane
          .asSuperuser("update data_plane_" + table + " set reported_at = reported_at - interval '91 days' where workspace_id = '"
              + WorkspaceId.parse(workspace).value() + "'");
    }
    plane.bean(ReportUpkeep.class).run();
    assertThat(listed("changes", "status")).containsExactly("waiting");
    assertThat(listed("erasures", "pending")).containsExactly("1");
    assertThat(listed("jobs", "job")).isEmpty();
  }
}
