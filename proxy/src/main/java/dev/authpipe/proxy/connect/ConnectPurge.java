package dev.authpipe.proxy.connect;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Ends sessions that ran out, so that no code or key stays sealed for nothing, and forgets old ones. Never ends an exchange under way. */
@Singleton
@Requires(beans = JobSettings.class)
final class ConnectPurge {
  static final String NAME = "connect-purge";
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final int BATCH = 200;
  private static final int BATCHES = 50;
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final ConnectAudit audit;
  private final Jobs jobs;

  ConnectPurge(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, ConnectAudit audit, Jobs jobs) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.audit = audit;
    this.jobs = jobs;
  }

  @EventListener
  void register(StartupEvent started) {
    jobs.register(NAME, EVERY, this::purge);
  }

  void purge() {
    for (int i = 0; i < BATCHES; i++) {
      List<SessionStore.Place> due = sessions.due(BATCH);
      long ended = due.stream().filter(this::end).count();
      if (due.size() < BATCH || ended == 0) {
        return;
      }
    }
  }

  private boolean end(SessionStore.Place place) {
    return vault.inWorkspace(place.workspace(), tx -> {
      if (sessions.deleteOld(tx, place.session())) {
        return true;
      }
      Optional<ConnectSession> found = sessions.read(tx, place.session(), true);
      if (found.isEmpty() || (found.get().state() != SessionState.PENDING && found.get().state() != SessionState.AUTHORIZED)) {
        return false;
      }
      ConnectSession session = found.get();
      Optional<ConnectAttempt> last = Optional.ofNullable(session.authorizedAttempt()).flatMap(id -> attempts.read(tx, id));
      boolean exchanging = last.isPresent() && last.get().state() == AttemptState.EXCHANGING;
      if (exchanging && !attempts.exchangeAbandoned(tx, last.get().id(), FinishClaims.LONGEST_EXCHANGE)) {
        return false;
      }
      String reason = exchanging ? "exchange_interrupted" : session.state() == SessionState.PENDING ? "expired" : "not_finished";
      attempts.endAll(tx, session.id(), AttemptState.FAILED, reason);
      if (exchanging) { // as a finish would have found it: nobody knows what the provider did
        sessions.ended(tx, session.id(), SessionState.FAILED, ErrorCode.PROVIDER_TIMEOUT.code());
      } else {
        sessions.ended(tx, session.id(), SessionState.EXPIRED, reason);
      }
      audit.expired(tx, session, last.orElse(null), reason);
      return true;
    });
  }
}
