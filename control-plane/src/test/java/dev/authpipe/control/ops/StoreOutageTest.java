package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;

/** What somebody with a session meets while PostgreSQL is away. */
class StoreOutageTest {
  @Test
  void aSessionThatCannotBeLookedUpIsNoSignOut() {
    RunningControlPlane plane = RunningControlPlane.start("", null, 0);
    String cookie = "authpipe_session=" + "A".repeat(43);
    assertThat(plane.anonymous().with("Cookie", cookie).get("/api/v1/session").expect(401).code()).isEqualTo("unauthenticated");
    plane.stores().allowConnections(Store.CONTROL, false);
    plane.stores().terminateConnections(Store.CONTROL);
    try {
      ControlClient.Answer answer = plane.anonymous().with("Cookie", cookie).get("/api/v1/session");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("store_unavailable");
    } finally {
      plane.stores().allowConnections(Store.CONTROL, true);
    }
    assertThat(plane.anonymous().with("Cookie", cookie).get("/api/v1/session").status()).isEqualTo(401);
  }
}
