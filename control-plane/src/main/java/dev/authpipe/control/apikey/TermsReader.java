package dev.authpipe.control.apikey;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.integration.Integrations;
import dev.authpipe.wire.IntegrationId;

/** Reads what a body says about a key's terms. Never widens: what is left out is taken from the terms before. */
@Singleton
final class TermsReader {
  private static final List<String> SCOPES = List.of("connect", "connections:read", "connections:write", "tokens:read", "proxy",
      "refresh", "subjects:erase", "audit:read", "config:write", "incident");
  private static final int MOST_INTEGRATIONS = 1000;
  private static final long MOST_CALLS = 1_000_000_000_000L;

  private final Integrations integrations;
  private final InstantSource clock;

  TermsReader(Integrations integrations, InstantSource clock) {
    this.integrations = integrations;
    this.clock = clock;
  }

  /** Terms as wanted, over those before. */
  Terms read(Tx tx, TermsBody wanted, Terms before) {
    List<String> named = wanted.integrations();
    Integer perMinute = wanted.callsPerMinute();
    Long perMonth = wanted.callsPerMonth();
    Instant expiresAt = wanted.expiresAt();
    if ((perMinute != null && perMinute < 1) || (perMonth != null && (perMonth < 1 || perMonth > MOST_CALLS))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "A cap is at least 1.");
    }
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "expires_at is ahead.");
    }
    return new Terms(wanted.scopes() == null ? before.scopes() : scopes(wanted.scopes()),
        named == null ? before.integrations() : integrations(tx, named), perMinute == null ? before.callsPerMinute() : perMinute,
        perMonth == null ? before.callsPerMonth() : perMonth,
        expiresAt == null ? before.expiresAt() : expiresAt.truncatedTo(ChronoUnit.MILLIS));
  }

  private static List<String> scopes(List<String> wanted) {
    Set<String> distinct = new LinkedHashSet<>(wanted);
    if (distinct.isEmpty() || !new ArrayList<>(SCOPES).containsAll(distinct)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "scopes is some of " + String.join(", ", SCOPES) + ".");
    }
    return List.copyOf(distinct);
  }

  private List<IntegrationId> integrations(Tx tx, List<String> names) {
    Set<IntegrationId> ids = new LinkedHashSet<>();
    if (names.size() > MOST_INTEGRATIONS) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integrations has at most " + MOST_INTEGRATIONS + " entries.");
    }
    for (@Nullable
    String name : names) {
      ids.add(integrations.find(tx, String.valueOf(name)).orElseThrow(
          () -> new ProblemException(ErrorCode.UNPROCESSABLE,
              "integrations has ids and slugs of this workspace's integrations.")));
    }
    return List.copyOf(ids);
  }
}
