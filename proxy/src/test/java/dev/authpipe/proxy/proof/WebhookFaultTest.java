package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Events and replicas that die, or that are two (docs/webhooks.md). */
@Tag("long")
class WebhookFaultTest {
  private static final int EVENTS = 20;

  @Test
  void whatWasSentAndNotMarkedIsSentAgainUnderItsIdAndTwoReplicasSendEachEventOnce() {
    try (WebhookReceiver app = new WebhookReceiver();
        ProofDeployment deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
            ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", UnaryOperator.identity(),
            new ProofDeployment.Extras(List.of(), Map.of(), Map.of("app", app.url()), false))) {
      Path settings = patient(deployment.settings());
      String id;
      try (ProxyProcess dying = ProxyProcess.start(settings, deployment.standIns(), "DeliveryTry.mark")) {
        CellStage.Ran made = CellStage.run("webhook", "secret", "app", "--config", settings.toString(), "--workspace",
            ProofDeployment.OWN);
        assertThat(made.code()).as(made.err()).isZero();
        imported(application(settings, dying), deployment, "first");
        id = app.next().id();
        dying.awaitStopped();
        dying.kill();
      }
      Behind.execute(deployment, Store.VAULT, "update webhook_delivery set next_at = now()"); // as if the time of the try had passed
      try (ProxyProcess one = ProxyProcess.start(settings, deployment.standIns());
          ProxyProcess two = ProxyProcess.start(patient(deployment.settings()), deployment.standIns())) {
        assertThat(app.next().id()).isEqualTo(id);
        ContractClient application = application(settings, one);
        Set<String> ids = new HashSet<>(Set.of(id));
        for (int i = 0; i < EVENTS; i++) {
          imported(i % 2 == 0 ? application : application.at(two.addresses().api()), deployment, "replicated-" + i);
        }
        for (int i = 0; i < EVENTS; i++) {
          ids.add(app.next().id());
        }
        assertThat(ids).hasSize(EVENTS + 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> application.send("GET", "/v1/webhooks/deliveries?status=pending")
            .expect(200).json().path("data").isEmpty());
        assertThat(app.rest()).isEmpty();
      }
    }
  }

  /** Three processes that start on a busy machine need more than two seconds for their first connection. */
  private static Path patient(Path settings) {
    try {
      return Files.writeString(settings,
          Files.readString(settings).replace("password: {file: postgres}}", "password: {file: postgres}, wait: 20 s}"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ContractClient application(Path settings, ProxyProcess proxy) {
    return new ContractClient(proxy.addresses().api(),
        new ApiKeyFactory(settings).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty()));
  }

  private static void imported(ContractClient application, ProofDeployment deployment, String person) {
    String apiKey = deployment.provider().createApiKey(deployment.provider().accounts().getFirst()).reveal();
    application.send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user", Map.of("id", person),
        "credential", Map.of("type", "api_key", "api_key", apiKey))).expect(201);
  }
}
