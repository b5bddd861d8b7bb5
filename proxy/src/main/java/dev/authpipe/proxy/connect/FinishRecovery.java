package dev.authpipe.proxy.connect;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.LogEpochs;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.EndpointTemplate;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.journal.JournalEntry;
import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.proxy.journal.JournalPurpose;
import dev.authpipe.proxy.journal.JournalRecovery;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.retire.RevocationReason;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;

/**
 * Brings an interrupted finish to its end from the rescue journal: the connection that the application was about to get, or the revocation of what
 * was issued. Never exchanges a code, and makes nothing for a session that does not wait for this very exchange.
 */
@Singleton
final class FinishRecovery implements JournalRecovery {
  private static final Duration LONGEST_WAIT = Duration.ofDays(30);
  private static final AuditActor ACTOR = AuditActor.system("journal");

  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final People people;
  private final Connections connections;
  private final Grantor grantor;
  private final ConnectionMaking making;
  private final ReceivedGrants receivedGrants;
  private final Configuration configuration;
  private final Envelopes envelopes;
  private final Clock clock;

  FinishRecovery(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, People people, Connections connections,
      Grantor grantor, ConnectionMaking making, ReceivedGrants receivedGrants, Configuration configuration,
      @Named("vault") Envelopes envelopes, Clock clock) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.people = people;
    this.connections = connections;
    this.grantor = grantor;
    this.making = making;
    this.receivedGrants = receivedGrants;
    this.configuration = configuration;
    this.envelopes = envelopes;
    this.clock = clock;
  }

  @Override
  public JournalPurpose purpose() {
    return JournalPurpose.FINISH;
  }

  @Override
  public Map<JournalEntry, Standing> standings(Tx tx, List<JournalEntry> entries) {
    Map<JournalEntry, Standing> standings = new HashMap<>();
    for (JournalEntry entry : entries) {
      standing(tx, entry).ifPresent(known -> standings.put(entry, known));
    }
    return standings;
  }

  private Optional<Standing> standing(Tx tx, JournalEntry entry) {
    JournalPlace place = entry.place();
    Optional<ConnectAttempt> attempt = attempts.read(tx, place.attempt());
    Optional<ConnectionRow> connection = connections.find(tx, place.connection());
    boolean finished = attempt.isPresent() && attempt.get().state() == AttemptState.FINISHED;
    if (!place.unaccepted() && (finished || (attempt.isEmpty() && connection.isPresent()))) { // sessions are forgotten after a day, connections are not
      return Optional.of(
          connection.isPresent() && connection.get().status() == ConnectionStatus.ACTIVE ? Standing.COMMITTED : Standing.OVER);
    }
    boolean gone = attempt.isEmpty() || attempt.get().state() == AttemptState.FAILED;
    return gone && entry.state() == JournalEntry.State.SETTLED ? Optional.of(Standing.OVER) : Optional.empty();
  }

  @Override
  public Verdict recover(JournalEntry entry, byte[] sealed) {
    JournalPlace place = entry.place();
    Integration integration = configuration.integration(place.workspace(), place.integration().toString()).orElse(null);
    if (integration == null) {
      return place.received().plus(LONGEST_WAIT).isBefore(clock.instant()) ? Verdict.OVER : Verdict.LATER;
    }
    try (Sealer sealer = envelopes.hold(place.workspace());
        SecretBytes plain = envelopes.open(place.context(entry.journal()), sealed);
        JournaledGrant journaled = JournaledGrant.decode(plain)) {
      Optional<FinishClaim.Granted> claim = vault.inWorkspace(place.workspace(),
          tx -> waiting(tx, place, journaled, integration));
      if (claim.isPresent()) {
        return goOn(place, claim.get(), integration, journaled, sealer);
      }
      return vault.inWorkspace(place.workspace(), tx -> isOfNoBackup(tx, place))
          ? Verdict.OVER
          : giveBack(integration, journaled);
    } catch (KeyUnavailableException _) {
      return Verdict.LATER;
    } catch (IntegrityException _) {
      return Verdict.REFUSED;
    }
  }

  /** It may have become a connection after the backup that the store came back from: nothing here speaks against what lives at the provider. */
  private boolean isOfNoBackup(Tx tx, JournalPlace place) {
    return !place.unaccepted() && LogEpochs.restoredAt(tx).filter(place.received()::isBefore).isPresent()
        && !receivedGrants.hasEnded(tx, place.connection());
  }

  /** The session, if it still waits for this exchange and nothing that was sealed differs from what stands in the rows. */
  private Optional<FinishClaim.Granted> waiting(Tx tx, JournalPlace place, JournaledGrant journaled, Integration integration) {
    ConnectAttempt attempt = attempts.read(tx, place.attempt()).orElse(null);
    ConnectSession session = sessions.read(tx, journaled.session(), false).orElse(null);
    if (place.unaccepted() || attempt == null || session == null || session.state() != SessionState.AUTHORIZED
        || attempt.state() != AttemptState.EXCHANGING || !place.attempt().equals(session.authorizedAttempt())
        || session.finishHash() == null
        || (session.reconnects() != null && !place.connection().equals(session.reconnects()))) {
      return Optional.empty();
    }
    boolean same = attempt.session().equals(journaled.session()) && session.endUserId().equals(journaled.endUser())
        && attempt.integration().equals(place.integration()) && attempt.params().equals(journaled.params())
        && journaled.tokenEndpoint().equals(attempt.tokenEndpoint())
        && integration.tokenEndpoint(journaled.params()).toString().equals(journaled.tokenEndpoint());
    Optional<EndUser> person = people.find(tx, journaled.endUser());
    return same && person.isPresent()
        ? Optional.of(new FinishClaim.Granted(session, attempt, person.get()))
        : Optional.empty();
  }

  private Verdict goOn(JournalPlace place, FinishClaim.Granted claim, Integration integration, JournaledGrant journaled,
      Sealer sealer) {
    Finisher finisher = new Finisher(place.workspace(), ACTOR, place.connection(), finishHash(claim), null);
    return switch (grantor.resume(integration, claim.attempt(), claim.person(), journaled.grant(), place.received())) {
      case GrantOutcome.Failed failure -> failed(finisher, claim, integration, failure, journaled);
      case GrantOutcome.Received received -> switch (making.make(finisher, claim, integration, received, sealer)) {
        case MakingOutcome.Made _ -> Verdict.COMMITTED;
        case MakingOutcome.Unfit(ErrorCode code) ->
          failed(finisher, claim, integration, Finishing.unfit(code, received), journaled);
      };
    };
  }

  private Verdict failed(Finisher finisher, FinishClaim.Granted claim, Integration integration, GrantOutcome.Failed failure,
      JournaledGrant journaled) {
    ProblemException nobodyAsked = making.fail(finisher, claim, failure);
    assert nobodyAsked != null;
    return giveBack(integration, journaled);
  }

  private Verdict giveBack(Integration integration, JournaledGrant journaled) {
    TokenGrant grant = journaled.grant();
    String origin = EndpointTemplate.originOf(URI.create(journaled.tokenEndpoint()));
    receivedGrants.revoke(integration, journaled.endUser(),
        new ReceivedGrant(grant, origin, new CredentialParameters(integration.issuedParams(journaled.params()))),
        RevocationReason.UNWANTED_ANSWER);
    return Verdict.OVER;
  }

  private static byte[] finishHash(FinishClaim.Granted claim) {
    byte @Nullable [] hash = claim.session().finishHash();
    if (hash == null) {
      throw new IllegalStateException("a waiting session has an accepted request");
    }
    return hash;
  }

  @Override
  public void settleInterrupted() {
    // the purge of sessions does this, by the same rule as for an exchange that a living process does not come back from
  }
}
