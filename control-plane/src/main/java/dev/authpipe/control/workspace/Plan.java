package dev.authpipe.control.workspace;

import java.util.stream.IntStream;

import io.micronaut.core.annotation.Introspected;

/**
 * What a workspace may have and how long its records stay. A limit never deletes what is there: it refuses more.
 *
 * @param name                   stable name
 * @param auditRetentionDays     days for which bodies of audit events stay
 * @param analyticsRetentionDays days for which roll-ups stay
 * @param members                most members
 * @param integrations           most integrations
 * @param apiKeys                most API keys that are not revoked
 * @param webhookEndpoints       most webhook endpoints
 * @param connections            most connections; beyond it the dashboard warns, for the proxy is the customer's own
 */
@Introspected
public record Plan(String name, int auditRetentionDays, int analyticsRetentionDays, int members, int integrations, int apiKeys,
    int webhookEndpoints, int connections) {
  /** Checks that there are limits. */
  public Plan {
    if (IntStream.of(auditRetentionDays, analyticsRetentionDays, members, integrations, apiKeys, webhookEndpoints, connections)
        .anyMatch(limit -> limit < 1)) {
      throw new IllegalArgumentException("every limit of a plan is at least 1");
    }
  }
}
