package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient.Answer;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;
import dev.authpipe.testkit.oidc.OidcProviderProcess;

/** Sign-in at an OpenID provider that others wrote. */
class OidcFlowTest {
  private static final String CALLBACK = "/api/v1/sign-in/oidc/callback";
  private static OidcProviderProcess provider;
  private static PeopleStage stage;

  @BeforeAll
  static void start() throws java.io.IOException {
    int port = FreePorts.next();
    provider = OidcProviderProcess.start(Duration.ofMinutes(10), true, List.of("email", "profile"),
        "http://127.0.0.1:" + port + CALLBACK);
    java.nio.file.Path secret = java.nio.file.Files.writeString(java.nio.file.Files.createTempFile("client", ".secret"),
        provider.clientSecret().reveal());
    stage = new PeopleStage("""
        sign_in:
          private_hosts: [127.0.0.1]
          oidc: {issuer: "%s", client_id: %s, client_secret: {file: %s}, name: Test}
        """.formatted(provider.issuer(), provider.clientId(), secret), null, port);
  }

  @AfterAll
  static void stop() {
    provider.close();
  }

  @Test
  void somebodyRegistersByInvitationAndComesBack() {
    assertThat(stage.visitor().get("/api/v1/sign-in/oidc").expect(200).json().path("name").asText()).isEqualTo("Test");
    String email = PeopleStage.address();
    String workspace = stage.plane().workspace();
    Visitor visitor = stage.visitor();
    assertThat(arrive(visitor, email, invitation(workspace, email))).isEqualTo("");
    assertThat(visitor.get("/api/v1/session").expect(200).json().path("roles").path(workspace).asText()).isEqualTo("viewer");
    Visitor again = stage.visitor();
    assertThat(arrive(again, email, null)).isEqualTo("");
    assertThat(again.id()).isEqualTo(visitor.id());
    assertThat(stage.visitor().signIn(email, PeopleStage.PASSWORD).status()).as("there is no password").isEqualTo(401);
  }

  @Test
  void anInvitationOfAnotherAddressIsNotUsedUp() {
    String email = PeopleStage.address();
    String code = invitation(stage.plane().workspace(), email);
    assertThat(arrive(stage.visitor(), PeopleStage.address(), code)).isEqualTo("sign-in/failed/code_invalid");
    assertThat(arrive(stage.visitor(), "unverified:" + email, code)).isEqualTo("sign-in/failed/sign_in_failed");
    assertThat(arrive(stage.visitor(), email, code)).isEqualTo("");
  }

  @Test
  @Tag("S83")
  void aMatchingAddressLeadsIntoNobodysAccountUntilTheMemberLinksIt() {
    String email = PeopleStage.address();
    stage.registered(email);
    Visitor visitor = stage.visitor();
    assertThat(arrive(visitor, email, null)).isEqualTo("sign-in/link");
    assertThat(visitor.isSignedIn()).isFalse();
    assertThat(visitor.post("/api/v1/me/identities").status()).as("without signing in").isEqualTo(401);
    visitor.signIn(email, PeopleStage.PASSWORD).expect(200);
    String before = visitor.cookie(Visitor.SESSION);
    visitor.post("/api/v1/me/identities").expect(204);
    assertThat(visitor.cookie(Visitor.SESSION)).isNotEqualTo(before);
    Visitor again = stage.visitor();
    assertThat(arrive(again, email, null)).isEqualTo("");
    assertThat(again.id()).isEqualTo(visitor.id());
  }

  @Test
  @Tag("S83")
  void anAddressThatTheProviderDidNotVerifyTakesNobodyOver() {
    String email = PeopleStage.address();
    stage.registered(email);
    Visitor attacker = stage.visitor();
    assertThat(arrive(attacker, "unverified:" + email, null)).isEqualTo("sign-in/failed/sign_in_failed");
    assertThat(attacker.isSignedIn()).isFalse();
    assertThat(attacker.cookie("authpipe_identity")).isEmpty();
  }

  @Test
  @Tag("S83")
  void anUnverifiedPasswordAccountTakesNobodyOverAndIsNotTakenOver() {
    String email = PeopleStage.address();
    Visitor attacker = stage.visitor();
    attacker.post("/api/v1/sign-up", "code", stage.operatorInvitation(email), "display_name", "Eve", "password",
        PeopleStage.PASSWORD).expect(200);
    String attackersCode = stage.mail().take(email).code();
    String workspace = stage.plane().workspace();
    Visitor owner = stage.visitor();
    assertThat(arrive(owner, email, invitation(workspace, email))).isEqualTo("");
    assertThat(stage.plane().asSuperuser("select count(*) from person where email = '" + email + "'")).containsExactly("2");
    assertThat(attacker.signIn(email, PeopleStage.PASSWORD).status()).as("the verified account has no password").isEqualTo(401);
    assertThat(attacker.post("/api/v1/verify", "code", attackersCode, "password", PeopleStage.PASSWORD).status())
        .as("the address belongs to somebody now").isEqualTo(409);
    assertThat(owner.get("/api/v1/session").expect(200).json().path("roles").path(workspace).asText()).isEqualTo("viewer");
  }

  @Test
  @Tag("S83")
  void anIdentityIsLinkedToItsOwnAddressOnly() {
    String email = PeopleStage.address();
    stage.registered(email);
    Visitor other = stage.visitor();
    assertThat(arrive(other, PeopleStage.address(), null)).isEqualTo("sign-in/link");
    other.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(other.post("/api/v1/me/identities").expect(409).code()).isEqualTo("identity_not_linkable");
  }

  @Test
  @Tag("S83")
  void aTripIsForOneBrowserAndCountsOnce() {
    String email = PeopleStage.address();
    String workspace = stage.plane().workspace();
    Visitor visitor = stage.visitor();
    URI back = away(visitor, email, invitation(workspace, email));
    assertThat(callback(stage.visitor(), back)).as("a browser without the cookie").isEqualTo("sign-in/failed/refused");
    Visitor other = stage.visitor();
    away(other, PeopleStage.address(), null);
    assertThat(callback(other, back)).as("the answer to another browser's trip").isEqualTo("sign-in/failed/refused");
    Visitor copied = visitor.copy();
    assertThat(callback(visitor, URI.create(back.toString().replace("iss=http", "iss=ftp"))))
        .as("another issuer").isEqualTo("sign-in/failed/refused");
    assertThat(callback(copied, back)).as("the trip is used up").isEqualTo("sign-in/failed/sign_in_failed");
  }

  @Test
  @Tag("S80")
  void theTripHasItsOwnLaxCookieOfTenMinutes() {
    Answer answer = stage.visitor().post("/api/v1/sign-in/oidc").expect(200);
    String line = answer.headers().allValues("set-cookie").stream().filter(set -> set.startsWith("authpipe_oidc")).findFirst()
        .orElseThrow();
    assertThat(line).contains("SameSite=Lax", "HTTPOnly", "Max-Age=600");
    assertThat(answer.json().path("location").asText()).contains("code_challenge_method=S256", "state=", "nonce=",
        "response_type=code");
  }

  private static String invitation(String workspace, String email) {
    stage.plane().member(workspace, Role.OWNER).send("POST", "/api/v1/workspaces/" + workspace + "/invitations",
        Visitor.body("email", email, "role", "viewer")).expect(201);
    return stage.mail().take(email).code();
  }

  /** Signs in at the provider; the address with which it sends the browser back. */
  private static URI away(Visitor visitor, String login, @org.jspecify.annotations.Nullable String invitation) {
    String[] fields = invitation == null ? new String[0] : new String[]{"invitation_code", invitation};
    String location = visitor.post("/api/v1/sign-in/oidc", fields).expect(200).json().path("location").asText();
    try (BrowserLike browser = BrowserLike.fresh()) {
      Page page = provider.signInAndConsent(browser, URI.create(location), login);
      return page.stoppedAt().orElseThrow(() -> new AssertionError(page.text()));
    }
  }

  /** The page of the dashboard at which the whole trip ends. */
  private static String arrive(Visitor visitor, String login, @org.jspecify.annotations.Nullable String invitation) {
    return callback(visitor, away(visitor, login, invitation));
  }

  private static String callback(Visitor visitor, URI back) {
    String location = visitor.get(back.getRawPath() + "?" + back.getRawQuery()).expect(303).headers().firstValue("location")
        .orElseThrow();
    String start = stage.plane().dashboard() + "/#/";
    assertThat(Stream.of(location)).allMatch(text -> text.startsWith(start));
    return location.substring(start.length());
  }
}
