package dev.authpipe.proxy.ops;

import java.util.Map;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;

/** Health and metrics, on the management listener only. Never says more than up, down and which part. */
@Hidden
@Controller(port = "${micronaut.server.netty.listeners.management.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
final class HealthController {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final PrometheusMeterRegistry metrics;

  HealthController(VaultDatabase vault, ClientSecretsDatabase clientSecrets, PrometheusMeterRegistry metrics) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.metrics = metrics;
  }

  /** Up as long as the program can answer at all. */
  @Get("/health/live")
  Map<String, String> live() {
    return Map.of("status", "UP");
  }

  /** Up when both stores answer. */
  @Get("/health/ready")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<Map<String, String>> ready() {
    boolean vaultUp = answers(vault);
    boolean secretsUp = answers(clientSecrets);
    Map<String, String> body = Map.of("status", vaultUp && secretsUp ? "UP" : "DOWN", "vault", vaultUp ? "UP" : "DOWN",
        "client_secrets",
        secretsUp ? "UP" : "DOWN");
    return vaultUp && secretsUp
        ? HttpResponse.ok(body)
        : HttpResponse.<Map<String, String>>status(503, "Service Unavailable").body(body);
  }

  /** Metrics in Prometheus' text form. */
  @Get("/metrics")
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String metrics() {
    return metrics.scrape();
  }

  private static boolean answers(Database database) {
    try {
      return database.lookUp(dsl -> dsl.selectOne().fetch().isNotEmpty());
    } catch (StoreUnavailableException down) {
      return false;
    }
  }
}
