package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;

/** How often somebody may call (S37). */
@Tag("S37")
class CallLimitsTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @BeforeEach
  @AfterEach
  void refill() {
    plane.move(Duration.ofMinutes(2));
  }

  @Test
  void anAddressWithoutSessionHas120AMinuteWhateverItForwards() {
    ControlClient nobody = plane.anonymous();
    int allowed = 0;
    ControlClient.Answer answer = nobody.get("/api/v1/nothing");
    while (answer.status() != 429 && allowed < 400) {
      plane.move(Duration.ofSeconds(-3)); // the client moves time on; here it has to stand still
      answer = nobody.with("X-Forwarded-For", "192.0.2." + allowed % 250)
          .get(allowed % 2 == 0 ? "/api/v1/nothing" : "/api/v1/plans");
      allowed++;
    }
    assertThat(allowed).isBetween(118, 130);
    assertThat(answer.code()).isEqualTo("rate_limited");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void destructiveCallsOfAPersonAreFew() {
    ControlClient person = plane.person();
    long begun = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      String workspace = plane.workspace();
      person.as(workspace, Role.OWNER).send("DELETE", "/api/v1/workspaces/" + workspace, null).expect(202);
    }
    String workspace = plane.workspace();
    plane.move(Duration.ofNanos(begun - System.nanoTime())); // what all this took has not passed
    assertThat(person.as(workspace, Role.OWNER).send("DELETE", "/api/v1/workspaces/" + workspace, null).status()).isEqualTo(429);
    assertThat(plane.member(workspace, Role.OWNER).send("DELETE", "/api/v1/workspaces/" + workspace, null).status())
        .as("another person").isEqualTo(202);
  }
}
