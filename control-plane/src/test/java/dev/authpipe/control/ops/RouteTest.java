package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Permission.Reach;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.RouteInventory.Route;
import dev.authpipe.testkit.GeneratedDocument;

/** Every route that the router knows: its permission, its listener, and what each role meets there. */
class RouteTest {
  private static final Path PAGE = Path.of("..", "docs", "api", "control-permissions.md");
  private static List<Route> routes = List.of();

  @BeforeAll
  static void enumerate() {
    routes = RouteInventory.read();
    assertThat(routes).hasSizeGreaterThan(8);
  }

  @Test
  @Tag("S30")
  void aPermissionOfAWorkspaceHasTheWorkspaceInItsPath() {
    assertThat(routes).allSatisfy(route -> assertThat(route.path().contains("{workspace_id}")).as(route.toString())
        .isEqualTo(route.permission().reach() == Reach.WORKSPACE));
  }

  @Test
  @Tag("S82")
  void thePageOfPermissionsIsWhatTheRouterKnows() {
    GeneratedDocument.check(PAGE, page());
  }

  @Test
  @Tag("S82")
  void everyRoleMeetsWhatTheMatrixSays() {
    Ground ground = new Ground(RunningControlPlane.shared());
    Set<String> wrong = new TreeSet<>();
    for (Route route : routes.stream().filter(r -> r.permission().reach() == Reach.WORKSPACE).toList()) {
      for (Role role : Role.values()) {
        ControlClient.Answer answer = ground.call(route, ground.member(role));
        boolean refused = answer.status() == 403 && answer.code().equals("role_missing");
        if (refused == route.permission().isGivenTo(role) || answer.status() == 401 || answer.status() >= 500) {
          wrong.add(route + " as " + role + ": " + answer.status());
        }
      }
      check(wrong, route, "a stranger", ground.call(route, ground.plane.person()), 404);
      check(wrong, route, "nobody", ground.call(route, ground.plane.anonymous()), 401);
    }
    assertThat(wrong).isEmpty();
  }

  /** A workspace with a member of each role, and another one as soon as a call may have changed it. */
  private static final class Ground {
    private final RunningControlPlane plane;
    private final Map<Role, ControlClient> members = new EnumMap<>(Role.class);
    private String workspace;

    Ground(RunningControlPlane plane) {
      this.plane = plane;
      this.workspace = plane.workspace();
    }

    ControlClient member(Role role) {
      return members.computeIfAbsent(role, _ -> plane.member(workspace, role));
    }

    ControlClient.Answer call(Route route, ControlClient caller) {
      ControlClient.Answer answer = caller.send(route.method(), route.at(workspace), route.body());
      if (answer.status() / 100 == 2 && !route.method().equals("GET")) {
        workspace = plane.workspace();
        members.clear();
      }
      return answer;
    }
  }

  @Test
  @Tag("S33")
  void aWorkspaceOfOthersAnswersLikeAnUnknownOne() {
    RunningControlPlane plane = RunningControlPlane.shared();
    String own = plane.workspace();
    String foreign = plane.workspace();
    for (Route route : routes.stream().filter(r -> r.permission().reach() == Reach.WORKSPACE).toList()) {
      ControlClient owner = plane.member(own, Role.OWNER); // whoever asks for many that are not there meets a limit
      ControlClient.Answer other = owner.send(route.method(), route.at(foreign), route.body());
      ControlClient.Answer unknown = owner.send(route.method(), route.at("wks_01h455vb4pex5vsknk084sn02q"), route.body());
      assertThat(other.status()).as(route.toString()).isEqualTo(unknown.status()).isEqualTo(404);
      assertThat(other.text().replaceAll("req_\\w+", "")).isEqualTo(unknown.text().replaceAll("req_\\w+", ""));
    }
  }

  @Test
  void everySessionRouteWantsASession() {
    RunningControlPlane plane = RunningControlPlane.shared();
    Set<String> wrong = new TreeSet<>();
    routes.stream().filter(r -> r.permission().reach() == Reach.SESSION)
        .forEach(route -> check(wrong, route, "nobody", plane.anonymous().send(route.method(), route.path(), route.body()), 401));
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyRouteAnswersOnExactlyOneListener() {
    RunningControlPlane plane = RunningControlPlane.shared();
    Set<String> wrong = new TreeSet<>();
    LinkClient proxy = plane.enrolled(plane.workspace());
    for (Route route : routes) {
      String path = route.at("wks_01h455vb4pex5vsknk084sn02q");
      boolean dashboard = plane.anonymous().send(route.method(), path, route.body()).status() != 404;
      boolean management = plane.anonymous().send(plane.management(), route.method(), path, route.body()).status() != 404;
      boolean link = proxy.send(route.method(), path, route.body()).status() != 404;
      boolean atManagement = route.permission().reach() == Reach.MANAGEMENT;
      boolean atLink = route.permission().reach() == Reach.LINK || route.permission().reach() == Reach.LINK_STRANGER;
      if (dashboard == (atManagement || atLink) || management != atManagement || link != atLink) {
        wrong.add(route + " at the dashboard listener " + dashboard + ", at the management listener " + management
            + ", at the link listener " + link);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void check(Set<String> wrong, Route route, String who, ControlClient.Answer answer, int expected) {
    if (answer.status() != expected) {
      wrong.add(route + " as " + who + ": " + answer.status() + " instead of " + expected);
    }
  }

  private static String page() {
    StringBuilder page = new StringBuilder(
        """
            # Who may call what at the control plane

            Generated from the routes and `Permission`; a test compares them and tries every role at every route. A route of a workspace is
            answered with 404 to people who are no members of it, and with 403 `role_missing` to members whose role has no mark.

            | route | permission | owner | admin | developer | support | viewer |
            |---|---|---|---|---|---|---|
            """);
    for (Route route : routes) {
      String marks = Stream.of(Role.values()).map(role -> switch (route.permission().reach()) {
        case WORKSPACE -> route.permission().isGivenTo(role) ? "x" : " ";
        case SESSION, ANYBODY -> "x";
        case LINK, LINK_STRANGER, MANAGEMENT -> "-";
      }).collect(Collectors.joining(" | "));
      page.append("| `%s %s` | %s | %s |\n".formatted(route.method(), route.path(),
          route.permission().name().toLowerCase(Locale.ROOT), marks));
    }
    return page.toString();
  }
}
