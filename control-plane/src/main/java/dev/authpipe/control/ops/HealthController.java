package dev.authpipe.control.ops;

import java.util.Map;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.StoreUnavailableException;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;

/** Health and metrics, on the management listener only. Never says more than up or down. */
@Hidden
@Controller(port = "${micronaut.server.netty.listeners.management.port}")
final class HealthController {
  private final Database database;
  private final PrometheusMeterRegistry metrics;

  HealthController(Database database, PrometheusMeterRegistry metrics) {
    this.database = database;
    this.metrics = metrics;
  }

  /** Up as long as the program can answer at all. */
  @Get("/health/live")
  @Needs(Permission.MANAGEMENT)
  Map<String, String> live() {
    return Map.of("status", "UP");
  }

  /** Up when the store answers. */
  @Get("/health/ready")
  @Needs(Permission.MANAGEMENT)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<Map<String, String>> ready() {
    return answers()
        ? HttpResponse.ok(Map.of("status", "UP"))
        : HttpResponse.<Map<String, String>>status(503, "Service Unavailable").body(Map.of("status", "DOWN"));
  }

  /** Metrics in Prometheus' text form. */
  @Get("/metrics")
  @Needs(Permission.MANAGEMENT)
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String metrics() {
    return metrics.scrape();
  }

  private boolean answers() {
    try {
      return database.lookUp(dsl -> dsl.selectOne().fetch().isNotEmpty());
    } catch (StoreUnavailableException down) {
      return false;
    }
  }
}
