package dev.authpipe.control.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient.Answer;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;
import dev.authpipe.testkit.oidc.OidcProviderProcess;

/** A successful call of each route that changes something about people and sign-in; {@link WorkspaceDeeds} has the others. */
final class Deeds implements AutoCloseable {
  private static final String CALLBACK = "/api/v1/sign-in/oidc/callback";
  private static final String ANOTHER = "another good password";

  private final ManualClock clock = ManualClock.at(Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
  private final OidcProviderProcess provider;
  private final PeopleStage stage;
  private final String workspace;
  private final Map<String, Supplier<Runnable>> all = new TreeMap<>();

  private Deeds(int port) throws IOException {
    this.provider = OidcProviderProcess.start(Duration.ofMinutes(10), true, List.of("email", "profile"),
        "http://127.0.0.1:" + port + CALLBACK);
    Path secret = Files.writeString(Files.createTempFile("client", ".secret"), provider.clientSecret().reveal());
    this.stage = new PeopleStage("""
        sign_in:
          private_hosts: [127.0.0.1]
          oidc: {issuer: "%s", client_id: %s, client_secret: {file: %s}}
        """.formatted(provider.issuer(), provider.clientId(), secret), clock, port);
    this.workspace = stage.plane().workspace();
    ways();
    account();
    factor();
    new WorkspaceDeeds(stage.plane()).addTo(all);
  }

  static Deeds stage() {
    try {
      return new Deeds(FreePorts.next());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Each route with what prepares its call. */
  Map<String, Supplier<Runnable>> all() {
    return all;
  }

  /** The call of a route, when all is there that it needs. */
  Runnable prepared(String route) {
    Supplier<Runnable> deed = all.get(route);
    if (deed == null) {
      throw new AssertionError("no call of " + route + " is known: add it, or say why it leaves no event");
    }
    stage.plane().move(Duration.ofMinutes(10)); // whatever the call before took from a limit comes back
    return deed.get();
  }

  /** Types of all events there are. */
  List<String> events() {
    return stage.plane().asSuperuser("select type from audit_event");
  }

  String workspace() {
    return workspace;
  }

  /** Somebody who owns a workspace and owes a second factor. */
  Visitor owing() {
    String email = PeopleStage.address();
    stage.joined(workspace, Role.OWNER, email);
    Visitor second = stage.visitor();
    second.signIn(email, PeopleStage.PASSWORD).expect(200);
    return second;
  }

  private Visitor somebody() {
    return known().visitor();
  }

  /** A person and their address. */
  private record Known(String email, Visitor visitor) {}

  private Known known() {
    String email = PeopleStage.address();
    return new Known(email, stage.joined(stage.plane().workspace(), Role.VIEWER, email));
  }

  private void ways() {
    all.put("POST /api/v1/sign-in", () -> {
      String email = known().email();
      return () -> stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(200);
    });
    all.put("DELETE /api/v1/session", () -> {
      Visitor visitor = somebody();
      return () -> visitor.send("DELETE", "/api/v1/session", null).expect(204);
    });
    all.put("POST /api/v1/sign-up", () -> {
      String code = stage.operatorInvitation(PeopleStage.address());
      return () -> stage.visitor()
          .post("/api/v1/sign-up", "code", code, "display_name", "Ada", "password", PeopleStage.PASSWORD).expect(200);
    });
    all.put("POST /api/v1/verify", () -> {
      String email = PeopleStage.address();
      Visitor visitor = stage.visitor();
      visitor.post("/api/v1/sign-up", "code", stage.operatorInvitation(email), "display_name", "Ada", "password",
          PeopleStage.PASSWORD).expect(200);
      String code = stage.mail().take(email).code();
      return () -> visitor.post("/api/v1/verify", "code", code, "password", PeopleStage.PASSWORD).expect(200);
    });
    all.put("POST /api/v1/reset", () -> {
      String email = known().email();
      return () -> {
        stage.visitor().post("/api/v1/reset", "email", email).expect(202);
        stage.mail().take(email); // the code is made after the answer
      };
    });
    all.put("POST /api/v1/reset/confirm", () -> {
      String email = known().email();
      stage.visitor().post("/api/v1/reset", "email", email).expect(202);
      String code = stage.mail().take(email).code();
      return () -> stage.visitor().post("/api/v1/reset/confirm", "code", code, "password", ANOTHER).expect(200);
    });
    all.put("GET " + CALLBACK, () -> {
      Visitor visitor = stage.visitor();
      String email = PeopleStage.address();
      URI back = away(visitor, email, invitation(email));
      return () -> callback(visitor, back);
    });
    all.put("POST /api/v1/me/identities", () -> {
      String email = known().email();
      Visitor visitor = stage.visitor();
      callback(visitor, away(visitor, email));
      visitor.signIn(email, PeopleStage.PASSWORD).expect(200);
      return () -> visitor.post("/api/v1/me/identities").expect(204);
    });
  }

  private void account() {
    mine("PATCH /api/v1/me", 204, "display_name", "Another");
    mine("POST /api/v1/me/password", 204, "current_password", PeopleStage.PASSWORD, "password", ANOTHER);
    mine("POST /api/v1/me/delete", 204, "password", PeopleStage.PASSWORD);
    mine("POST /api/v1/me/email", 202, "email", PeopleStage.address(), "password", PeopleStage.PASSWORD);
    mine("POST /api/v1/workspaces", 201, "name", "w" + UUID.randomUUID());
    all.put("POST /api/v1/me/email/confirm", () -> {
      Known person = known();
      String wanted = PeopleStage.address();
      person.visitor().post("/api/v1/me/email", "email", wanted, "password", PeopleStage.PASSWORD).expect(202);
      String old = stage.mail().take(person.email()).code();
      String next = stage.mail().take(wanted).code();
      return () -> person.visitor().post("/api/v1/me/email/confirm", "old_code", old, "new_code", next).expect(204);
    });
    all.put("POST /api/v1/me/sessions/end-others", () -> {
      Known person = known();
      stage.visitor().signIn(person.email(), PeopleStage.PASSWORD).expect(200);
      return () -> person.visitor().send("POST", "/api/v1/me/sessions/end-others", null).expect(204);
    });
    all.put("POST /api/v1/me/invitations", () -> {
      Known person = known();
      String code = invitation(person.email());
      return () -> person.visitor().post("/api/v1/me/invitations", "code", code).expect(204);
    });
  }

  private void mine(String route, int status, String... fields) {
    String[] parts = route.split(" ", 2);
    all.put(route, () -> {
      Visitor visitor = somebody();
      return () -> visitor.send(parts[0], parts[1], Visitor.body(fields)).expect(status);
    });
  }

  private void factor() {
    all.put("POST /api/v1/me/totp/confirm", () -> {
      Visitor visitor = somebody();
      return () -> Authenticator.enrol(visitor, PeopleStage.PASSWORD, clock.instant());
    });
    all.put("POST /api/v1/me/totp/remove", () -> {
      Visitor visitor = somebody();
      Authenticator app = Authenticator.enrol(visitor, PeopleStage.PASSWORD, clock.instant());
      clock.advance(Duration.ofSeconds(60));
      return () -> visitor.post("/api/v1/me/totp/remove", "password", PeopleStage.PASSWORD, "code", app.code(clock.instant()))
          .expect(204);
    });
    all.put("POST /api/v1/sign-in/second-factor", () -> {
      Known person = known();
      Authenticator app = Authenticator.enrol(person.visitor(), PeopleStage.PASSWORD, clock.instant());
      clock.advance(Duration.ofSeconds(60));
      Visitor visitor = stage.visitor();
      visitor.signIn(person.email(), PeopleStage.PASSWORD).expect(200);
      return () -> visitor.post("/api/v1/sign-in/second-factor", "code", app.code(clock.instant())).expect(200);
    });
  }

  private String invitation(String email) {
    String into = stage.plane().workspace();
    stage.plane().member(into, Role.OWNER).send("POST", "/api/v1/workspaces/" + into + "/invitations",
        Visitor.body("email", email, "role", "viewer")).expect(201);
    return stage.mail().take(email).code();
  }

  /** Signs in at the provider; the address with which it sends the browser back. */
  private URI away(Visitor visitor, String login, String... invitation) {
    String[] fields = invitation.length == 0 ? invitation : new String[]{"invitation_code", invitation[0]};
    String location = visitor.post("/api/v1/sign-in/oidc", fields).expect(200).json().path("location").asText();
    try (BrowserLike browser = BrowserLike.fresh()) {
      Page page = provider.signInAndConsent(browser, URI.create(location), login);
      return page.stoppedAt().orElseThrow(() -> new AssertionError(page.text()));
    }
  }

  private static Answer callback(Visitor visitor, URI back) {
    return visitor.get(back.getRawPath() + "?" + back.getRawQuery()).expect(303);
  }

  @Override
  public void close() {
    provider.close();
  }
}
