package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.control.http.Permission;
import dev.authpipe.control.ops.RouteInventory;
import dev.authpipe.control.ops.RouteInventory.Route;

/** Every route that the router knows and that changes something: each successful call leaves an event in the audit log. */
@Tag("S83")
@Tag("S40")
class AuditedRouteTest {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** The one that is called with GET, for the OpenID provider sends the browser there. */
  private static final String CALLBACK = "GET /api/v1/sign-in/oidc/callback";

  /** Routes whose calls change nothing that counts, and why. */
  private static final Map<String, String> SILENT = Map.of(
      "POST /api/v1/sign-in/oidc", "begins a trip to the provider, whose end is the event",
      "POST /api/v1/me/totp", "offers a key; the second factor is changed, and recorded, when a code of it is confirmed",
      "POST /link/v1/heartbeat", "says how a proxy is every 15 seconds; changes nothing but what is shown of it",
      "POST /link/v1/checkpoints", "is a record itself; what is refused is an event");

  private static Deeds deeds;
  private static List<Route> changing;

  @BeforeAll
  static void stage() {
    deeds = Deeds.stage();
    changing = RouteInventory.read().stream()
        .filter(route -> !READING.contains(route.method()) || named(route).equals(CALLBACK)).toList();
  }

  @AfterAll
  static void stop() {
    deeds.close();
  }

  private static String named(Route route) {
    return route.method() + " " + route.path();
  }

  @Test
  void everyChangingRouteIsCalledOrItsSilenceExplained() {
    Set<String> known = new TreeSet<>(deeds.all().keySet());
    assertThat(known).doesNotContainAnyElementsOf(SILENT.keySet());
    known.addAll(SILENT.keySet());
    assertThat(known).isEqualTo(new TreeSet<>(changing.stream().map(AuditedRouteTest::named).toList())).hasSizeGreaterThan(50);
  }

  @TestFactory
  Stream<DynamicTest> eachSuccessfulCallLeavesAnEvent() {
    return changing.stream().filter(route -> !SILENT.containsKey(named(route))).map(route -> dynamicTest(named(route), () -> {
      Runnable call = deeds.prepared(named(route));
      List<String> before = deeds.events();
      call.run();
      assertThat(deeds.events()).as("events").hasSizeGreaterThan(before.size());
    }));
  }

  @TestFactory
  Stream<DynamicTest> aSecondFactorThatIsOwedClosesEveryRouteButItsEnrolment() {
    Visitor owing = deeds.owing();
    return RouteInventory.read().stream().filter(route -> switch (route.permission().reach()) {
      case SESSION, WORKSPACE -> route.permission() != Permission.ENROLMENT;
      case ANYBODY, LINK, LINK_STRANGER, MANAGEMENT -> false;
    }).map(route -> dynamicTest(named(route), () -> assertThat(
        owing.send(route.method(), route.at(deeds.workspace()), route.body()).expect(403).code())
        .isEqualTo("second_factor_owed")));
  }
}
