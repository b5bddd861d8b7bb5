package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micronaut.security.rules.SecurityRule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;
import dev.authpipe.proxy.proof.RouteInventory.Route;

/** Default deny: every route names its permission, and each answers on one listener only. */
@Tag("S30")
class PermissionTest {
  /** The only routes that may be open to strangers: browsers of end users, and the operator's own listener. */
  private static final Set<String> OPEN = Set.of("connect GET /connect", "connect GET /connect/page.css",
      "connect GET /connect/page.js", "connect GET /connect/strings-en.js", "connect GET /connect/strings-de.js",
      "connect GET /connect/strings-fr.js", "connect GET /connect/parts.js", "connect GET /connect/theme.js",
      "connect GET /client-secret",
      "connect GET /client-secret/page.js", "connect GET /client-secret/strings-de.js",
      "connect GET /client-secret/strings-en.js",
      "connect GET /client-secret/strings-fr.js", "connect GET /connect/problem.js", "connect POST /client-secret/entry",
      "connect POST /client-secret/set",
      "connect POST /connect/session", "connect POST /connect/start", "connect POST /connect/key",
      "connect GET /callback/{integration}", "connect GET /jwks/{integration}",
      "management GET /health/live", "management GET /health/ready", "management GET /metrics");

  private static final List<Route> ROUTES = RouteInventory.read();
  private static ProxyFixture proxy;

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void everyRouteNamesItsPermission() {
    assertThat(ROUTES).isNotEmpty().allSatisfy(route -> assertThat(route.permission()).as("%s", route).isPresent());
  }

  @Test
  void routesOfTheApiListenerNeedAScopeAndOnlyListedOnesAreOpen() {
    Set<String> scopes = Arrays.stream(Scope.values()).map(Scope::word).collect(Collectors.toSet());
    Set<String> open = new TreeSet<>();
    for (Route route : ROUTES) {
      if (route.listener().equals("api")) {
        assertThat(route.permission()).as("%s", route).isPresent();
        assertThat(scopes).as("%s", route).containsAll(route.scopes());
      } else {
        assertThat(route.permission()).as("%s", route).contains(SecurityRule.IS_ANONYMOUS);
        open.add(route.toString());
      }
    }
    assertThat(open).isEqualTo(new TreeSet<>(OPEN));
  }

  @Test
  void theDocumentHoldsExactlyTheRoutesOfTheApiListenerAndTheHotOnes() {
    Set<String> documented = ApiDocumentFile.fromTheCode().operations().stream().map(o -> o.method() + " " + names(o.template()))
        .collect(Collectors.toCollection(TreeSet::new));
    Set<String> served = ROUTES.stream().filter(route -> route.listener().equals("api"))
        .map(route -> route.method() + " " + names(route.path())).collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).containsAll(served);
    documented.removeAll(served);
    assertThat(documented).allSatisfy(hot -> assertThat(hot).matches("(GET /v1/connections/\\{}/token|\\w+ /v1/proxy/.*)"));
  }

  @Test
  void everyOperationRefusesAKeyWithoutItsScopeAndACallerWithoutKey() {
    ContractClient scopeless = proxy.callerWith("incident");
    for (Operation operation : ApiDocumentFile.fromTheCode().operations()) {
      if (!operation.node().toString().contains("`incident`")) {
        ContractAnswer refused = scopeless.send(operation.method(), operation.path("x"), body(operation));
        assertThat(refusal(operation, refused)).as("%s", operation).isEqualTo("403 scope_missing");
      }
      ContractAnswer stranger = proxy.anonymous().send(operation.method(), operation.path("x"), body(operation));
      assertThat(refusal(operation, stranger)).as("%s", operation).isEqualTo("401 unauthenticated");
      assertThat(stranger.header("www-authenticate")).contains("Bearer");
    }
  }

  @Test
  void everyRouteAnswersOnItsOwnListenerOnly() {
    ProxyAddresses at = proxy.addresses();
    for (Operation operation : ApiDocumentFile.fromTheCode().operations()) {
      Stream.of(at.connect(), at.management()).forEach(wrong -> assertThat(
          proxy.application().at(wrong).send(operation.method(), operation.path("x"), body(operation)).status())
          .as("%s at %s", operation, wrong).isEqualTo(404));
    }
    for (Route route : ROUTES) {
      if (!route.listener().equals("api")) {
        String path = route.path().replaceAll("\\{[^}]+}", "x");
        boolean connect = route.listener().equals("connect");
        Stream.of(at.api(), connect ? at.management() : at.connect()).forEach(
            wrong -> assertThat(
                proxy.application().at(wrong).send(route.method(), path, route.method().equals("GET") ? null : "{}")
                    .status())
                .as("%s at %s", route, wrong).isEqualTo(404));
        ContractAnswer right = proxy.anonymous().at(connect ? at.connect() : at.management()).send(route.method(), path,
            route.method().equals("GET") ? null : "{}");
        assertThat(right.status()).as("%s", route).isNotIn(401, 405).isLessThan(500);
        assertThat(right.code()).as("%s", route).isNotIn("not_found", "scope_missing");
      }
    }
  }

  @Test
  void anUnknownRouteIs404ForAGoodKeyAnd401WithoutOne() {
    for (String path : List.of("/", "/v1", "/v1/nothing", "/v1/connections/x/y/z", "/v2/connections")) {
      Met.of(proxy.application().send("GET", path)).assertIs(ErrorCode.NOT_FOUND, false);
      Met.of(proxy.anonymous().send("GET", path)).assertIs(ErrorCode.UNAUTHENTICATED, false);
    }
    for (URI listener : List.of(proxy.addresses().connect(), proxy.addresses().management())) {
      Met.elsewhere(proxy.anonymous().at(listener).send("GET", "/nothing")).assertIs(ErrorCode.NOT_FOUND, false);
      Met.elsewhere(proxy.anonymous().at(listener).send("POST", "/v1/connections", "{}")).assertIs(ErrorCode.NOT_FOUND, false);
    }
  }

  @Test
  void aKnownPathWithAnotherMethodIs405AndNamesTheMethods() {
    ContractAnswer answer = proxy.application().send("DELETE", "/v1/providers");
    Met.of(answer).assertIs(ErrorCode.METHOD_NOT_ALLOWED, false);
    assertThat(answer.header("allow").orElse("")).contains("GET");
  }

  /** Status and code; an answer to HEAD has no body, but the forward path tells the code in a header, too. */
  private static String refusal(Operation operation, ContractAnswer answer) {
    String code = operation.method().equals("HEAD") ? answer.header("authpipe-error").orElse("") : answer.code();
    return answer.status() + " " + code;
  }

  private static String names(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }

  private static @org.jspecify.annotations.Nullable String body(Operation operation) {
    return operation.hasBody() ? "{}" : null;
  }
}
