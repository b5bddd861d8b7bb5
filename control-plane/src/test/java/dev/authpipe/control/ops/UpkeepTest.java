package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;

import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hourly work on a real store. */
class UpkeepTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  @Tag("S45")
  void oldAnswersGoYoungOnesStayAndTheRunIsRecorded() {
    ControlClient old = plane.person().with("Idempotency-Key", "old");
    ControlClient young = plane.person().with("Idempotency-Key", "young");
    create(old);
    create(young);
    plane.asSuperuser(
        "update idempotent_request set created_at = created_at - interval '25 hours' where person_id = '" + old.id() + "'");
    ControlSettings settings = ControlSettings.read(plane.settings(), Map.of());
    try (ApplicationContext context = ControlPlane.context(settings, ControlOptions.NONE)) {
      context.getBean(Upkeep.class).run();
    }
    assertThat(plane.asSuperuser("select person_id from idempotent_request")).contains(young.id().toString())
        .doesNotContain(old.id().toString());
    assertThat(plane.asSuperuser("select type from audit_event where workspace_id = '00000000-0000-0000-0000-000000000000'"
        + " and object_id = 'idempotent-requests' order by seq")).as("the plane's own runs may be among them")
        .containsSubsequence("job.started", "job.completed");
  }

  private static void create(ControlClient client) {
    client.send("POST", "/api/v1/workspaces", "{\"name\":\"w" + UUID.randomUUID() + "\"}").expect(201);
  }
}
