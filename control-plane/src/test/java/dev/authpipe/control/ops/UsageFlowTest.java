package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.analytics.UsageUpkeep;
import dev.authpipe.control.http.Role;
import dev.authpipe.wire.WorkspaceId;

/** Usage as proxies tell of it, and as members read it. */
class UsageFlowTest {
  private final Instant today = Clock.systemUTC().instant().truncatedTo(ChronoUnit.DAYS);
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient viewer = plane.member(workspace, Role.VIEWER);
  private final String usage = "/api/v1/workspaces/" + workspace + "/usage";
  private final LinkClient proxy = plane.enrolled(workspace);
  private final String slack = LinkClient.id("int");
  private final String google = LinkClient.id("int");
  private final String key = LinkClient.id("key");
  private long reported;

  private void report(String integration, String by, Instant start, long... counts) {
    Map<String, Object> members = new LinkedHashMap<>(
        Map.of("integration", integration, "key", by, "window_start", link(start), "window_seconds", 60));
    List<String> names = List.of("calls", "token_reads", "refused", "failed", "provider_errors", "refreshes");
    for (int i = 0; i < names.size(); i++) {
      members.put(names.get(i), i < counts.length ? counts[i] : 0);
    }
    proxy.report(++reported, new LinkClient.Report("usage", workspace, members)).expect(200);
  }

  private static String link(Instant time) {
    return time.toString().replace("Z", ".000Z");
  }

  private Instant yesterday(int hour) {
    return today.minus(Duration.ofDays(1)).plus(Duration.ofHours(hour));
  }

  private static List<String> rows(JsonNode page) {
    List<String> rows = new ArrayList<>();
    page.path("data").forEach(row -> rows.add(row.path("start").asText() + " " + row.path("integration").asText() + " "
        + row.path("calls") + " " + row.path("token_reads") + " " + row.path("refused") + " " + row.path("failed") + " "
        + row.path("provider_errors") + " " + row.path("refreshes")));
    return rows;
  }

  @Test
  void sumsAreByIntegrationAndDayOrHourAndOverKeysAndReplicas() {
    report(slack, key, yesterday(3).plusSeconds(60), 5, 1, 0, 1, 2);
    report(slack, LinkClient.id("key"), yesterday(3).plusSeconds(90), 7, 0, 3);
    report(slack, key, yesterday(9), 1, 0, 0, 0, 0, 4);
    report(google, key, yesterday(3), 2);
    assertThat(rows(viewer.get(usage).expect(200).json())).containsExactlyInAnyOrder(
        yesterday(0) + " " + slack + " 13 1 3 1 2 4", yesterday(0) + " " + google + " 2 0 0 0 0 0");
    String from = "&from=" + yesterday(0) + "&to=" + today;
    assertThat(rows(viewer.get(usage + "?period=hour&integration=" + slack + from).expect(200).json())).containsExactly(
        yesterday(9) + " " + slack + " 1 0 0 0 0 4", yesterday(3) + " " + slack + " 12 1 3 1 2 0");
    assertThat(rows(viewer.get(usage + "?period=hour&api_key=" + key + "&integration=" + slack + from).expect(200).json()))
        .containsExactly(yesterday(9) + " " + slack + " 1 0 0 0 0 4", yesterday(3) + " " + slack + " 5 1 0 1 2 0");
    assertThat(rows(viewer.get(usage + "?period=hour&from=" + yesterday(4) + "&to=" + yesterday(9)).expect(200).json()))
        .isEmpty();
  }

  @Test
  void pagesComeInOrderWithoutRepetitionOrGap() {
    for (int hour = 0; hour < 5; hour++) {
      report(slack, key, yesterday(hour), hour + 1);
      report(google, key, yesterday(hour), hour + 1);
    }
    String query = usage + "?period=hour&from=" + yesterday(0) + "&to=" + today;
    List<String> whole = rows(viewer.get(query).expect(200).json());
    assertThat(whole).hasSize(10);
    List<String> paged = new ArrayList<>();
    JsonNode page = viewer.get(query + "&limit=3").expect(200).json();
    while (page.has("next_cursor")) {
      assertThat(page.path("data")).hasSize(3);
      paged.addAll(rows(page));
      page = viewer.get(query + "&limit=3&cursor=" + page.path("next_cursor").asText()).expect(200).json();
    }
    paged.addAll(rows(page));
    assertThat(paged).isEqualTo(whole);
  }

  @Test
  void whatNoPeriodOrIdIsIsRefused() {
    for (String wrong : List.of("period=week", "from=yesterday", "to=2026-13-01T00:00:00Z",
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "period=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from=2000-01-01T00:00:00Z",
        "from=-999999999-01-01T00:00:00Z",
        "to=%2B1000000000-12-31T23:59:59Z", "integration=slack", "api_key=int_1", "limit=0", "cursor=eA",
        "cursor=MjAyNi0wMS0wMVQwMDowMDowMFov")) {
      assertThat(viewer.get(usage + "?" + wrong).expect(400).code()).as(wrong).isEqualTo("invalid_request");
    }
    for (String place : List.of("+1000000000-12-31T23:59:59Z/", "-1000000000-01-01T00:00:00Z/", "9999-12-31T23:59:59Z/",
        "2026-01-01/")) {
      String cursor = Base64.getUrlEncoder().withoutPadding()
          .encodeToString((place + "00000000-0000-4000-8000-000000000000").getBytes(StandardCharsets.UTF_8));
      assertThat(viewer.get(usage + "?cursor=" + cursor).expect(400).code()).as(place).isEqualTo("invalid_request");
    }
    assertThat(viewer.get(usage + "?group=key").expect(400).code()).isEqualTo("unknown_parameter");
  }

  @Test
  @Tag("S33")
  void usageOfOthersIsNotToBeHadByTheirIdsOrCursors() {
    report(slack, key, yesterday(1), 9);
    report(google, key, yesterday(1), 9);
    String cursor = viewer.get(usage + "?limit=1").expect(200).json().path("next_cursor").asText();
    String other = plane.workspace();
    ControlClient stranger = plane.member(other, Role.OWNER);
    String own = "/api/v1/workspaces/" + other + "/usage";
    assertThat(rows(stranger.get(own).expect(200).json())).isEmpty();
    assertThat(rows(stranger.get(own + "?integration=" + slack + "&api_key=" + key).expect(200).json())).isEmpty();
    assertThat(rows(stranger.get(own + "?cursor=" + cursor).expect(200).json())).isEmpty();
    stranger.get(usage).expect(404);
  }

  @Test
  void hostileNumbersOverflowNoSum() {
    plane.asSuperuser("insert into usage_hour (workspace_id, hour, integration_id, api_key_id, calls) select '"
        + WorkspaceId.parse(workspace).value() + "', '" + yesterday(1)
        + "', '00000000-0000-4000-8000-000000000001', gen_random_uuid(), "
        + Long.MAX_VALUE + " from generate_series(1, 3)");
    assertThat(viewer.get(usage).expect(200).json().at("/data/0/calls").asLong()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void usageIsForgottenWhenThePlanSaysSo() {
    report(slack, key, yesterday(1), 3);
    String own = " where workspace_id = '" + WorkspaceId.parse(workspace).value() + "'";
    plane.asSuperuser("insert into usage_hour (workspace_id, hour, integration_id, api_key_id, calls) select workspace_id, hour"
        + " - interval '91 days', integration_id, api_key_id, 1 from usage_hour" + own);
    plane.bean(UsageUpkeep.class).run();
    assertThat(plane.asSuperuser("select calls from usage_hour" + own)).as("team keeps 90 days").containsExactly("3");
  }
}
