package dev.authpipe.proxy.ops;

import java.util.LinkedHashMap;
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

import dev.authpipe.proxy.backup.LedgerReplays;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;

/** Health and metrics, on the management listener only. Never says more than up, down and which part. */
@Hidden
@Controller(port = "${micronaut.server.netty.listeners.management.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
final class HealthController {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final DeploymentKeys keys;
  private final LedgerReplays erasures;
  private final WarmUp warmUp;
  private final PrometheusMeterRegistry metrics;

  HealthController(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, LedgerReplays erasures,
      WarmUp warmUp, PrometheusMeterRegistry metrics) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.keys = keys;
    this.erasures = erasures;
    this.warmUp = warmUp;
    this.metrics = metrics;
  }

  /** Up as long as the program can answer at all. */
  @Get("/health/live")
  Map<String, String> live() {
    return Map.of("status", "UP");
  }

  /**
   * Up when both stores answer, the deployment's keys are at hand, without which no API key can be checked, nothing that was erased is known
   * to be back, and the way of a hot call has been walked. Cells are not asked: a probe must not
   * wait for one that is away, and the workspaces elsewhere are served.
   */
  @Get("/health/ready")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<Map<String, String>> ready() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("vault", word(vault.answers(Database.FIRST)));
    parts.put("client_secrets", word(clientSecrets.answers(Database.FIRST)));
    parts.put("keys", word(keys.warm()));
    parts.put("erasures", word(erasures.caughtUp()));
    parts.put("warm_up", word(warmUp.isOver()));
    boolean up = parts.values().stream().allMatch("UP"::equals);
    parts.put("status", word(up));
    return up ? HttpResponse.ok(parts) : HttpResponse.<Map<String, String>>status(503, "Service Unavailable").body(parts);
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }

  /** Metrics in Prometheus' text form. */
  @Get("/metrics")
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String metrics() {
    return metrics.scrape();
  }
}
