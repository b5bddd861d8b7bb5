package dev.authpipe.quickstart.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

/** The log of the workspace in the proxy's vault, as the control plane has witnessed it. */
record WitnessedLog(TwoPlanes planes) {
  /** Has the running proxy sign what it has. */
  void sign() {
    planes.terminals.atProxy("", "jobs", "run", "checkpoints");
  }

  /** How many events the control plane has seen in an epoch, once it has seen all that there are now. */
  long whole(int epoch) {
    long size = Long.parseLong(
        planes.inVault("select size from audit_head where workspace_id = (select workspace_id from workspace)"));
    sign();
    await().atMost(TwoPlanes.PATIENCE).untilAsserted(() -> {
      assertThat(witnessed().path("epoch").asInt()).isEqualTo(epoch);
      assertThat(witnessed().path("size").asLong()).isGreaterThanOrEqualTo(size);
    });
    return witnessed().path("size").asLong();
  }

  /** What the control plane shows of it. */
  JsonNode witnessed() {
    for (JsonNode one : planes.reads("data-planes/" + planes.dataPlane().path("id").asText() + "/checkpoints").path("data")) {
      if (one.path("origin").asText().startsWith("authpipe/demo/wks_")) {
        return one;
      }
    }
    throw new AssertionError("no checkpoint of the workspace's log was witnessed");
  }
}
