package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.normally;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.GrantSummary;

/** A replica is killed (SIGKILL) in the middle of an incident; another one brings it to its end. */
@Tag("S50")
@Tag("long")
@Tag("longest")
class IncidentKillTest {
  private static final int CONNECTIONS = 200;

  @Test
  void whatAKilledReplicaLeftIsFinishedByAnother() {
    ProofDeployment deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", UnaryOperator.identity(), ProofDeployment.Extras.NONE);
    Path settings = deployment.settings();
    try (deployment; ProxyProcess first = ProxyProcess.start(settings, deployment.standIns())) {
      String apiKey = new ApiKeyFactory(settings).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
      ContractClient application = new ContractClient(first.addresses().api(), apiKey);
      deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
          first.addresses().connect());
      IncidentStage stage = new IncidentStage(deployment, application);
      stage.imported("sandbox", CONNECTIONS);
      Gate gate = Gate.closed();
      deployment.provider().script().nextTimes(CONNECTIONS / 2, Call.REVOKE, normally()).always(Call.REVOKE, heldBy(gate));
      String id = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
      Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5))
          .until(() -> deployment.provider().calls(Call.REVOKE) >= CONNECTIONS / 2);
      gate.awaitArrivals(1);
      first.kill();
      List<GrantSummary> left = deployment.provider().grants().stream().filter(one -> !one.revoked()).toList();
      assertThat(left).as("killed in the middle").isNotEmpty();
      deployment.provider().script().clear();
      gate.open();

      try (ProxyProcess second = ProxyProcess.start(deployment.settings(), deployment.standIns())) {
        stage.leaseLapses();
        JsonNode done = new IncidentStage(deployment, application.at(second.addresses().api())).completed(id);
        assertThat(done.path("connections").asInt()).isEqualTo(CONNECTIONS);
        assertThat(done.at("/outcomes/confirmed").asInt()).isEqualTo(CONNECTIONS);
        assertThat(deployment.provider().grants()).hasSize(CONNECTIONS).allMatch(GrantSummary::revoked);
      }
    }
  }
}
