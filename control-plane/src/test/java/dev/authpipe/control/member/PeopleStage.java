package dev.authpipe.control.member;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlCommand;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.testkit.ManualClock;

/** A control plane with a mailbox and a clock, and people in it who really signed up. */
public final class PeopleStage {
  private static final class Shared {
    static final PeopleStage INSTANCE = standing();
  }

  /** Of everybody. */
  public static final String PASSWORD = "correct horse battery";

  private final MailBox mail = new MailBox();
  private final RunningControlPlane plane;
  private final Clock clock;

  public PeopleStage(String more, @Nullable Clock clock, int port) {
    this.clock = clock == null ? Clock.systemUTC() : clock;
    this.plane = RunningControlPlane.start("""
        people: {password_memory_kib: 256, password_iterations: 1}
        mail:
          from: authpipe@example.test
          smtp: {host: 127.0.0.1, port: %d, protection: none}
        %s
        """.formatted(mail.port(), more), clock, port);
  }

  private static PeopleStage standing() {
    return new PeopleStage("", ManualClock.at(Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS)), 0);
  }

  /** With a clock that stands. */
  public static PeopleStage shared() {
    return Shared.INSTANCE;
  }

  /** Runs with the clock of the shared stage moved on, and moves it back. */
  static void later(Duration step, Runnable work) {
    move(step);
    try {
      work.run();
    } finally {
      move(step.negated());
    }
  }

  /** What time it is on the shared stage. */
  static Instant now() {
    return shared().clock.instant();
  }

  private static void move(Duration step) {
    if (shared().clock instanceof ManualClock standing) {
      standing.advance(step);
    }
  }

  public RunningControlPlane plane() {
    return plane;
  }

  public MailBox mail() {
    return mail;
  }

  public Visitor visitor() {
    return new Visitor(plane);
  }

  public static String address() {
    return "p" + UUID.randomUUID().toString().substring(0, 8) + "@example.test";
  }

  /** The code of the link that the operator's command prints. */
  public String operatorInvitation(String email) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = ControlCommand.run(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, "invite", "--config",
        plane.settings().toString(), email);
    String link = out.toString(StandardCharsets.UTF_8).strip();
    if (code != 0 || !link.startsWith(plane.dashboard() + "/#/sign-up/")) {
      throw new AssertionError("exit " + code + ": " + link);
    }
    return link.substring(link.lastIndexOf('/') + 1);
  }

  /** Somebody with a verified address, signed in, who is a member of nothing. */
  Visitor registered(String email) {
    String workspace = plane.workspace();
    return joined(workspace, Role.VIEWER, email);
  }

  /** Somebody who signed up by an invitation into a workspace, signed in. */
  public Visitor joined(String workspace, Role role, String email) {
    plane.member(workspace, Role.OWNER).send("POST", "/api/v1/workspaces/" + workspace + "/invitations",
        "{\"email\":\"" + email + "\",\"role\":\"" + role.word() + "\"}").expect(201);
    Visitor visitor = visitor();
    visitor.post("/api/v1/sign-up", "code", mail.take(email).code(), "display_name", "Ada", "password", PASSWORD).expect(200);
    return visitor;
  }
}
