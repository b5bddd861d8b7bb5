package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/**
 * What an API key may do.
 *
 * @param scopes         at least one
 * @param integrations   which it may use; null: all
 * @param callsPerMinute most calls a minute; null: no cap
 * @param callsPerMonth  most calls a month; null: no cap
 * @param expiresAt      when it ends; null: never
 */
record Terms(List<String> scopes, @Nullable List<IntegrationId> integrations, @Nullable Integer callsPerMinute,
    @Nullable Long callsPerMonth, @Nullable Instant expiresAt) {

  /** Copies the lists. */
  Terms {
    scopes = List.copyOf(scopes);
    integrations = integrations == null ? null : List.copyOf(integrations);
  }

  /** Whether other terms allow nothing that these do not. */
  boolean contain(Terms other) {
    boolean fewerIntegrations = integrations == null
        || (other.integrations != null && integrations.containsAll(other.integrations));
    boolean fewerCalls = (callsPerMinute == null || (other.callsPerMinute != null && other.callsPerMinute <= callsPerMinute))
        && (callsPerMonth == null || (other.callsPerMonth != null && other.callsPerMonth <= callsPerMonth));
    boolean sooner = expiresAt == null || (other.expiresAt != null && !other.expiresAt.isAfter(expiresAt));
    return scopes.containsAll(other.scopes) && fewerIntegrations && fewerCalls && sooner;
  }
}
