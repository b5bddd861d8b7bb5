package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micronaut.context.ApplicationContext;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.Permission.Reach;
import dev.authpipe.control.http.Role;
import dev.authpipe.testkit.GeneratedDocument;

/** Every route that the router knows: its permission, its listener, and what each role meets there. */
class RouteTest {
  private static final Path PAGE = Path.of("..", "docs", "api", "control-permissions.md");
  private static List<Route> routes = List.of();

  private record Route(String method, String path, Permission permission) {
    String at(String workspace) {
      return path.replace("{workspace_id}", workspace).replaceAll("\\{[^}]+}", "00000000-0000-4000-8000-000000000000");
    }

    String body() {
      return Set.of("POST", "PUT", "PATCH").contains(method) ? "{}" : "";
    }
  }

  @BeforeAll
  static void enumerate() {
    ControlSettings settings = ControlSettings.read(RunningControlPlane.shared().settings(), Map.of());
    try (ApplicationContext context = ControlPlane.context(settings, ControlOptions.NONE)) {
      routes = context.getBean(Router.class).uriRoutes().filter(route -> !route.getHttpMethodName().equals("HEAD"))
          .map(RouteTest::route).distinct().sorted(Comparator.comparing(Route::path).thenComparing(Route::method)).toList();
    }
    assertThat(routes).hasSizeGreaterThan(8);
  }

  private static Route route(UriRouteInfo<?, ?> info) {
    String path = info.getUriMatchTemplate().toString();
    Permission permission = info.getAnnotationMetadata().enumValue(Needs.class, Permission.class)
        .orElseThrow(() -> new AssertionError(info.getHttpMethodName() + " " + path + " declares no permission"));
    return new Route(info.getHttpMethodName(), path, permission);
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
    RunningControlPlane plane = RunningControlPlane.shared();
    Set<String> wrong = new TreeSet<>();
    for (Route route : routes.stream().filter(r -> r.permission().reach() == Reach.WORKSPACE).toList()) {
      for (Role role : Role.values()) {
        String workspace = plane.workspace();
        ControlClient.Answer answer = plane.member(workspace, role).send(route.method(), route.at(workspace), body(route));
        boolean refused = answer.status() == 403 && answer.code().equals("role_missing");
        if (refused == route.permission().isGivenTo(role) || answer.status() == 401 || answer.status() >= 500) {
          wrong.add(route + " as " + role + ": " + answer.status());
        }
      }
      String workspace = plane.workspace();
      check(wrong, route, "a stranger", plane.person().send(route.method(), route.at(workspace), body(route)), 404);
      check(wrong, route, "nobody", plane.anonymous().send(route.method(), route.at(workspace), body(route)), 401);
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  @Tag("S33")
  void aWorkspaceOfOthersAnswersLikeAnUnknownOne() {
    RunningControlPlane plane = RunningControlPlane.shared();
    String own = plane.workspace();
    String foreign = plane.workspace();
    for (Route route : routes.stream().filter(r -> r.permission().reach() == Reach.WORKSPACE).toList()) {
      ControlClient.Answer other = plane.member(own, Role.OWNER).send(route.method(), route.at(foreign), body(route));
      ControlClient.Answer unknown = plane.member(own, Role.OWNER).send(route.method(),
          route.at("wks_01h455vb4pex5vsknk084sn02q"), body(route));
      assertThat(other.status()).as(route.toString()).isEqualTo(unknown.status()).isEqualTo(404);
      assertThat(other.text().replaceAll("req_\\w+", "")).isEqualTo(unknown.text().replaceAll("req_\\w+", ""));
    }
  }

  @Test
  void everySessionRouteWantsASession() {
    RunningControlPlane plane = RunningControlPlane.shared();
    Set<String> wrong = new TreeSet<>();
    routes.stream().filter(r -> r.permission().reach() == Reach.SESSION)
        .forEach(route -> check(wrong, route, "nobody", plane.anonymous().send(route.method(), route.path(), body(route)), 401));
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyRouteAnswersOnExactlyOneListener() {
    RunningControlPlane plane = RunningControlPlane.shared();
    Set<String> wrong = new TreeSet<>();
    for (Route route : routes) {
      String path = route.at("wks_01h455vb4pex5vsknk084sn02q");
      boolean dashboard = plane.anonymous().send(route.method(), path, body(route)).status() != 404;
      boolean management = plane.anonymous().send(plane.management(), route.method(), path, body(route)).status() != 404;
      boolean atManagement = route.permission().reach() == Reach.MANAGEMENT;
      if (dashboard == atManagement || management != atManagement) {
        wrong.add(route + " at the dashboard listener " + dashboard + ", at the management listener " + management);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void check(Set<String> wrong, Route route, String who, ControlClient.Answer answer, int expected) {
    if (answer.status() != expected) {
      wrong.add(route + " as " + who + ": " + answer.status() + " instead of " + expected);
    }
  }

  private static @org.jspecify.annotations.Nullable String body(Route route) {
    return route.body().isEmpty() ? null : route.body();
  }

  private static String page() {
    StringBuilder page = new StringBuilder("""
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
        case LINK, MANAGEMENT -> "-";
      }).collect(Collectors.joining(" | "));
      page.append("| `%s %s` | %s | %s |\n".formatted(route.method(), route.path(),
          route.permission().name().toLowerCase(java.util.Locale.ROOT), marks));
    }
    return page.toString();
  }
}
