package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** A creation with an Idempotency-Key happens once. */
class IdempotentRequestTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void aRepetitionIsAnsweredLikeTheFirst() {
    ControlClient person = plane.person().with("Idempotency-Key", "k-1");
    String body = body();
    ControlClient.Answer first = create(person, body).expect(201);
    ControlClient.Answer second = create(person, body).expect(201);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(plane.asSuperuser("select count(*) from audit_event where object_id = '" + first.json().path("id").asText() + "'"))
        .containsExactly("1");
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() {
    ControlClient person = plane.person().with("Idempotency-Key", "k-1");
    create(person, body()).expect(201);
    assertThat(create(person, body()).expect(422).code()).isEqualTo("idempotency_key_reused");
  }

  @Test
  void anotherPersonsKeyIsAnother() {
    create(plane.person().with("Idempotency-Key", "k-1"), body()).expect(201);
    create(plane.person().with("Idempotency-Key", "k-1"), body()).expect(201);
  }

  @Test
  void aKeyWhoseRequestFailedIsFree() {
    ControlClient person = plane.person().with("Idempotency-Key", "k-1");
    create(person, "{\"name\":\"a\",\"region\":\"moon\"}").expect(422);
    create(person, body()).expect(201);
  }

  @Test
  void aKeyIsForgottenAfterADay() {
    ControlClient person = plane.person().with("Idempotency-Key", "k-1");
    create(person, body()).expect(201);
    plane.asSuperuser(
        "update idempotent_request set created_at = created_at - interval '25 hours' where person_id = '" + person.id() + "'");
    create(person, body()).expect(201);
  }

  @Test
  void repetitionsAtTheSameTimeMakeOneWorkspace() {
    ControlClient person = plane.person().with("Idempotency-Key", "k-1");
    String body = body();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<ControlClient.Answer>> calls = IntStream.range(0, 6)
          .mapToObj(_ -> CompletableFuture.supplyAsync(() -> create(person, body), threads)).toList();
      assertThat(calls.stream().map(call -> call.join().expect(201).json()).distinct()).hasSize(1);
    }
  }

  @Test
  void aMalformedKeyIsRefused() {
    assertThat(create(plane.person().with("Idempotency-Key", "two words"), body()).expect(400).code())
        .isEqualTo("invalid_request");
  }

  private static String body() {
    return "{\"name\":\"w" + UUID.randomUUID() + "\"}";
  }

  private static ControlClient.Answer create(ControlClient client, String body) {
    return client.send("POST", "/api/v1/workspaces", body);
  }
}
