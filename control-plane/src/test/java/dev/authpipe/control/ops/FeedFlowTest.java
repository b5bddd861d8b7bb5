package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.Role;
import dev.authpipe.wire.Feed;

/** The feed over the real link. */
class FeedFlowTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient owner = plane.member(workspace, Role.OWNER);
  private final LinkClient proxy = plane.enrolled(workspace);

  private static Feed feed(ControlClient.Answer answer) {
    return LinkJson.read(Feed.class, answer.expect(200).text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String tag(ControlClient.Answer answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  private String inRegion(String region) {
    return plane.person()
        .send("POST", "/api/v1/workspaces", "{\"name\":\"w" + UUID.randomUUID() + "\",\"region\":\"" + region + "\"}")
        .expect(201).json().path("id").asText();
  }

  private String assignment(String of) {
    return "/api/v1/workspaces/" + of + "/data-planes/" + proxy.dataPlane() + "/assignment";
  }

  @Test
  void itHoldsTheWorkspaceAndIsTheSameUntilSomethingChanges() {
    ControlClient.Answer first = proxy.get("/link/v1/feed");
    Feed feed = feed(first);
    assertThat(feed.dataPlane().toString()).isEqualTo(proxy.dataPlane());
    assertThat(feed.workspaces()).extracting(one -> one.id().toString()).containsExactly(workspace);
    assertThat(feed.workspaces().getFirst().region()).isEqualTo("eu");
    ControlClient.Answer again = proxy.get("/link/v1/feed", "If-None-Match", tag(first));
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.text()).isEmpty();
    assertThat(proxy.get("/link/v1/feed?after=" + feed.version()).status()).isEqualTo(304);
    owner.send("PATCH", "/api/v1/workspaces/" + workspace, "{\"display_name\":\"Another\"}").expect(200);
    assertThat(proxy.get("/link/v1/feed", "If-None-Match", tag(first)).status())
        .as("what proxies are not told is no change").isEqualTo(304);
  }

  @Test
  void whoWaitsIsToldWithinSecondsAndVersionsOnlyRise() throws Exception {
    ControlClient.Answer first = proxy.get("/link/v1/feed");
    CompletableFuture<ControlClient.Answer> waiting = proxy.sendAsync("GET",
        "/link/v1/feed?wait=30&after=" + feed(first).version(), null, "If-None-Match", tag(first));
    String second = plane.workspace();
    owner.as(second, Role.ADMIN).send("PUT", assignment(second), "").expect(200);
    Feed after = feed(waiting.get(6, TimeUnit.SECONDS));
    assertThat(after.version()).isGreaterThan(feed(first).version());
    assertThat(after.workspaces()).extracting(one -> one.id().toString()).containsExactlyInAnyOrder(workspace, second);
    owner.as(second, Role.ADMIN).send("DELETE", assignment(second), null).expect(204);
    Feed last = feed(proxy.get("/link/v1/feed"));
    assertThat(last.version()).isGreaterThan(after.version());
    assertThat(last.workspaces()).hasSize(1);
  }

  @Test
  void aChangeOfTheConfigurationIsToldToWhoWaits() throws Exception {
    ControlClient.Answer first = proxy.get("/link/v1/feed");
    CompletableFuture<ControlClient.Answer> waiting = proxy.sendAsync("GET", "/link/v1/feed?wait=30", null, "If-None-Match",
        tag(first));
    owner.send("PATCH", "/api/v1/workspaces/" + workspace + "/policy", "{\"retention_days\":7}").expect(200);
    assertThat(feed(waiting.get(6, TimeUnit.SECONDS)).workspaces().getFirst().retentionDays()).isEqualTo(7);
  }

  @Test
  @Tag("S71")
  void brandingIsToldToProxiesThatReadItAndToNoOthers() throws Exception {
    ControlClient.Answer older = proxy.get("/link/v1/feed");
    String slack = "{\"provider\":\"slack\",\"client_id\":\"c-1\",\"scopes\":[\"chat:write\"]}";
    owner.send("POST", "/api/v1/workspaces/" + workspace + "/integrations", slack).expect(201);
    CompletableFuture<ControlClient.Answer> waiting = proxy.sendAsync("GET", "/link/v1/feed?wait=30", null, "Authpipe-Feed", "2",
        "If-None-Match", tag(proxy.get("/link/v1/feed", "Authpipe-Feed", "2")));
    owner.send("PATCH", "/api/v1/workspaces/" + workspace + "/branding",
        "{\"name\":\"Acme\",\"accent_color\":\"#7a3cc4\",\"support_url\":\"https://acme.com/help\"}").expect(200);
    ControlClient.Answer told = waiting.get(6, TimeUnit.SECONDS);
    Feed.Workspace branded = feed(told).workspaces().getFirst();
    assertThat(branded.branding()).isEqualTo(new Feed.Branding("#7a3cc4", null));
    assertThat(branded.integrations().getFirst().applicationName()).as("it had the name of before").isEqualTo("Acme");
    assertThat(told.text()).doesNotContain("acme.com");

    ControlClient.Answer plain = proxy.get("/link/v1/feed", "If-None-Match", tag(older));
    assertThat(plain.text()).doesNotContain("branding");
    assertThat(feed(plain).version()).isEqualTo(feed(told).version());
    assertThat(feed(plain).workspaces().getFirst()).isEqualTo(branded.withShown(branded.integrations(), null));
    assertThat(proxy.get("/link/v1/feed", "If-None-Match", tag(plain)).status()).isEqualTo(304);
    assertThat(proxy.get("/link/v1/feed", "Authpipe-Feed", "1", "If-None-Match", tag(plain)).status()).isEqualTo(304);
    ControlClient.Answer updated = proxy.get("/link/v1/feed?after=" + feed(told).version(), "Authpipe-Feed", "2");
    assertThat(feed(updated)).as("a proxy that was updated has seen this version without it").isEqualTo(feed(told));
    assertThat(proxy.get("/link/v1/feed", "Authpipe-Feed", "2", "If-None-Match", tag(updated)).status()).isEqualTo(304);
  }

  @Test
  void aShortWaitEndsWithNothing() {
    ControlClient.Answer first = proxy.get("/link/v1/feed");
    assertThat(proxy.get("/link/v1/feed?wait=1", "If-None-Match", tag(first)).status()).isEqualTo(304);
    assertThat(proxy.get("/link/v1/feed?wait=31").code()).isEqualTo("invalid_request");
    assertThat(proxy.get("/link/v1/feed?after=-1").code()).isEqualTo("invalid_request");
    assertThat(proxy.get("/link/v1/feed?all=1").code()).isEqualTo("unknown_parameter");
  }

  @Test
  void afterARestoreOfTheControlPlaneVersionsGoOnAboveWhatTheProxySaw() {
    Feed feed = feed(proxy.get("/link/v1/feed?after=5000"));
    assertThat(feed.version()).isEqualTo(5001);
    assertThat(feed(proxy.get("/link/v1/feed")).version()).isEqualTo(5001);
  }

  @Test
  void aWorkspaceNeverLeavesToADataPlaneOfAnotherRegion() {
    String american = inRegion("us");
    assertThat(owner.as(american, Role.OWNER).send("PUT", assignment(american), "").code()).isEqualTo("unprocessable");
    plane.asSuperuser("insert into data_plane_workspace (workspace_id, data_plane_id, home_id) select w.workspace_id,"
        + " d.data_plane_id, d.workspace_id from workspace w, data_plane d where w.region = 'us' and d.identity = decode('"
        + proxy.key().identity() + "', 'hex')");
    ControlClient.Answer answer = proxy.get("/link/v1/feed");
    assertThat(feed(answer).workspaces()).extracting(one -> one.id().toString()).containsExactly(workspace);
    assertThat(answer.text()).doesNotContain(american);
  }

  @Test
  void aDataPlaneServesRegionsThatThereAreAndAWorkspaceOfEachOfThem() {
    String planes = "/api/v1/workspaces/" + workspace + "/data-planes";
    assertThat(owner.send("POST", planes, "{\"name\":\"far\",\"regions\":[\"moon\"]}").code()).isEqualTo("unprocessable");
    JsonNode both = owner.send("POST", planes, "{\"name\":\"both\",\"regions\":[\"us\",\"eu\"]}").expect(201).json();
    String american = inRegion("us");
    String id = both.path("data_plane").path("id").asText();
    owner.as(american, Role.OWNER).send("PUT", "/api/v1/workspaces/" + american + "/data-planes/" + id + "/assignment", "")
        .expect(200);
    LinkClient far = plane.proxy();
    far.enrol(both.path("enrolment_code").asText());
    assertThat(feed(far.get("/link/v1/feed")).workspaces()).extracting(one -> one.id() + " " + one.region())
        .containsExactlyInAnyOrder(workspace + " eu", american + " us");
    assertThat(feed(proxy.get("/link/v1/feed")).workspaces()).extracting(one -> one.id().toString()).containsExactly(workspace);
  }

  @Test
  void whoIsNotAdminAtBothSidesAssignsNothing() {
    String foreign = plane.workspace();
    assertThat(plane.member(foreign, Role.OWNER).send("PUT", assignment(foreign), "").status())
        .as("the data plane of others").isEqualTo(404);
    assertThat(plane.member(foreign, Role.OWNER).as(workspace, Role.DEVELOPER).send("PUT", assignment(foreign), "").status())
        .isEqualTo(404);
    assertThat(owner.send("PUT", assignment(foreign), "").status()).as("the workspace of others").isEqualTo(404);
    assertThat(owner.as(foreign, Role.VIEWER).send("PUT", assignment(foreign), "").code()).isEqualTo("role_missing");
    JsonNode shown = plane.member(foreign, Role.OWNER).get("/api/v1/workspaces/" + foreign + "/data-planes").json();
    assertThat(shown.path("data")).isEmpty();
  }

  @Test
  void aProxyGetsItsOwnFeedOnly() {
    LinkClient other = plane.enrolled(plane.workspace());
    ControlClient.Answer mine = proxy.get("/link/v1/feed");
    assertThat(other.get("/link/v1/feed").expect(200).text()).doesNotContain(workspace, proxy.dataPlane());
    assertThat(other.get("/link/v1/feed", "If-None-Match", tag(mine)).status()).isEqualTo(200);
  }
}
