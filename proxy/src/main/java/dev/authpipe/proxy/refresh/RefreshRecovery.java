package dev.authpipe.proxy.refresh;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.LogEpochs;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.journal.JournalEntry;
import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.proxy.journal.JournalPurpose;
import dev.authpipe.proxy.journal.JournalRecovery;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.retire.RevocationReason;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.RestoredCredential;
import dev.authpipe.proxy.vault.RestoredCredentials;
import dev.authpipe.wire.ConnectionId;

/**
 * Step 8 of docs/refresh-protocol.md: what becomes of an answer that is found in the rescue journal. Must never bring back a credential of an
 * earlier grant, nor throw away or revoke what was received for a live one.
 */
@Singleton
final class RefreshRecovery implements JournalRecovery {
  private static final Duration LONGEST_WAIT = Duration.ofDays(30);

  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Leases leases;
  private final RefreshAttemptStore attempts;
  private final RestoredCredentials restored = new RestoredCredentials();
  private final ReceivedGrants receivedGrants;
  private final Configuration configuration;
  private final AuditLog audit;
  private final Clock clock;

  RefreshRecovery(VaultDatabase database, CredentialVault vault, Leases leases, RefreshAttemptStore attempts,
      ReceivedGrants receivedGrants, Configuration configuration, AuditLog audit, Clock clock) {
    this.database = database;
    this.vault = vault;
    this.leases = leases;
    this.attempts = attempts;
    this.receivedGrants = receivedGrants;
    this.configuration = configuration;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public JournalPurpose purpose() {
    return JournalPurpose.REFRESH;
  }

  @Override
  public Map<JournalEntry, Standing> standings(Tx tx, List<JournalEntry> entries) {
    Map<UUID, RecordedAttempt> known = attempts.recorded(tx, entries.stream().map(one -> one.place().attempt()).toList());
    Map<ConnectionId, CredentialRow> rows = vault.rows(tx, entries.stream().map(one -> one.place().connection()).toList());
    Map<JournalEntry, Standing> standings = new HashMap<>();
    for (JournalEntry entry : entries) {
      CredentialRow row = rows.get(entry.place().connection());
      RecordedAttempt attempt = known.get(entry.place().attempt());
      if (row == null && entry.state() == JournalEntry.State.SETTLED) {
        standings.put(entry, Standing.OVER); // purged with its connection, whose tokens went to the revocation before
      } else if (row != null && attempt != null && attempt.matches(entry.place()) && attempt.isStored(row.generation())) {
        standings.put(entry, isLive(row) ? Standing.COMMITTED : Standing.OVER);
      }
    }
    return standings;
  }

  private static boolean isLive(CredentialRow row) {
    return row.status() == ConnectionStatus.ACTIVE && row.hasCiphertext();
  }

  @Override
  public Verdict recover(JournalEntry entry, byte[] sealed) {
    JournalPlace place = entry.place();
    Integration integration = configuration.integration(place.workspace(), place.integration().toString()).orElse(null);
    if (integration == null) {
      return place.received().plus(LONGEST_WAIT).isBefore(clock.instant()) ? Verdict.OVER : Verdict.LATER;
    }
    try (OpenCredential opened = vault.openFrom(place.context(entry.journal()), sealed);
        Sealer sealer = vault.hold(place.workspace())) {
      return database.inWorkspace(place.workspace(), tx -> decide(tx, new Found(place, integration, opened, sealer)));
    } catch (KeyUnavailableException _) {
      return Verdict.LATER;
    } catch (IntegrityException _) {
      return Verdict.REFUSED;
    }
  }

  /** An entry that opened, and what is needed to act on it. */
  private record Found(JournalPlace place, Integration integration, OpenCredential opened, Sealer sealer) {
    AuditEntry.Builder event(AuditType type) {
      return AuditEntry.of(type, AuditActor.system("journal"), AuditObject.connection(place.connection()))
          .detail(AuditDetail.INTEGRATION, place.integration()).detail(AuditDetail.PROVIDER, place.provider())
          .detail(AuditDetail.ATTEMPT, place.attempt());
    }
  }

  private Verdict decide(Tx tx, Found found) {
    JournalPlace place = found.place();
    Leases.Standing lease = leases.lock(tx, place.connection()).orElse(null); // before the credential's row, as everybody does
    CredentialRow row = vault.row(tx, place.connection()).orElse(null);
    RecordedAttempt attempt = attempts.recorded(tx, List.of(place.attempt())).get(place.attempt());
    boolean matches = attempt == null || attempt.matches(place);
    if (matches && row != null && attempt != null && attempt.isStored(row.generation())) {
      return isLive(row) ? Verdict.COMMITTED : Verdict.OVER;
    }
    RestoredCredential mark = restored.find(tx, place.connection()).filter(one -> isOfBefore(one, place, row, attempt))
        .orElse(null);
    if (mark != null && row != null && matches && (isLive(row) || !mark.live())) {
      return beforeRestore(tx, found, row, mark);
    }
    if (row == null && isOfNoBackup(tx, place)) {
      return Verdict.OVER;
    }
    if (row == null || !isLive(row) || !matches) {
      return revoked(tx, found, row);
    }
    if (row.generation() > place.generation()) {
      return attempts.sameGrant(tx, place.connection(), place.generation(), row.generation())
          ? keptAsCandidate(tx, found)
          : revoked(tx, found, row);
    }
    boolean othersTurn = lease != null && lease.held() && lease.fence() != place.fence();
    return othersTurn || place.unaccepted() ? keptAsCandidate(tx, found) : inForce(tx, found, row);
  }

  /**
   * Whether an answer is of the time before the restore. The database's clock dates both the restore and the trip; only of a trip that it does not have,
   * and where the value that came back is not in force any more, the time by the replica's clock decides, which may be wrong.
   */
  private static boolean isOfBefore(RestoredCredential mark, JournalPlace place, @Nullable CredentialRow row,
      @Nullable RecordedAttempt attempt) {
    if (attempt != null) {
      return attempt.claimedAt().isBefore(mark.restoredAt());
    }
    return place.received().isBefore(mark.restoredAt()) || (row != null && row.generation() == mark.generation());
  }

  /** The connection was made after the backup that the store came back from: nothing here speaks against what lives at the provider. */
  private boolean isOfNoBackup(Tx tx, JournalPlace place) {
    return LogEpochs.restoredAt(tx).filter(place.received()::isBefore).isPresent()
        && !receivedGrants.hasEnded(tx, place.connection());
  }

  /**
   * The store came back from a backup after this answer had come. It counts if it is of the value that came back or a later one, and nothing newer
   * is in force; what is older, or of a grant that the backup does not know, is let go: its revocation could end what lives.
   */
  private Verdict beforeRestore(Tx tx, Found found, CredentialRow row, RestoredCredential mark) {
    JournalPlace place = found.place();
    Leases.Standing lease = leases.lock(tx, place.connection()).orElse(null);
    if (!isLive(row) || row.generation() != mark.generation() || place.generation() < row.generation()) {
      return Verdict.OVER;
    }
    if (lease != null && lease.held()) {
      return Verdict.LATER;
    }
    long generation = place.generation() + 1;
    try (NewCredential next = Rescue.same(found.opened())) {
      if (!vault.advance(tx, place.connection(), row.generation(), generation, next, found.sealer())) {
        return Verdict.LATER;
      }
    }
    vault.state(tx, place.connection(), generation, CredentialState.UNCERTAIN);
    boolean dated = place.received().isBefore(mark.restoredAt());
    restored.recovered(tx, place.connection(), generation, dated ? place.received() : mark.asOf());
    attempts.recovered(tx, place, State.COMMITTED, "journal");
    audit.append(tx,
        found.event(AuditType.REFRESH_RECOVERED).detail(AuditDetail.GENERATION, generation).reason("journal").build());
    return Verdict.COMMITTED;
  }

  private Verdict inForce(Tx tx, Found found, CredentialRow row) {
    JournalPlace place = found.place();
    try (NewCredential next = Rescue.same(found.opened())) {
      if (!vault.replace(tx, place.connection(), row.generation(), next, found.sealer())) {
        return Verdict.LATER;
      }
    }
    attempts.recovered(tx, place, State.COMMITTED, "journal");
    audit.append(tx, found.event(AuditType.REFRESH_RECOVERED).detail(AuditDetail.GENERATION, row.generation() + 1)
        .reason("journal").build());
    leases.release(tx, place.connection(), place.fence());
    return row.generation() == place.generation() ? Verdict.COMMITTED : Verdict.OVER; // a store that lost more than one: not comparable any more
  }

  private Verdict keptAsCandidate(Tx tx, Found found) {
    JournalPlace place = found.place();
    try (NewCredential next = Rescue.same(found.opened())) {
      vault.saveCandidate(tx, place.connection(), place.attempt(), place.generation(), next, found.sealer());
    }
    attempts.recovered(tx, place, place.unaccepted() ? State.UNKNOWN : State.RECEIVED, "candidate");
    leases.release(tx, place.connection(), place.fence());
    return Verdict.COMMITTED;
  }

  private Verdict revoked(Tx tx, Found found, @Nullable CredentialRow row) {
    JournalPlace place = found.place();
    try (TokenGrant grant = grant(place, found.opened())) {
      ReceivedGrant received = ReceivedGrant.of(grant, found.opened());
      if (row == null) {
        receivedGrants.oweOfNobody(tx, found.sealer(), found.integration(), found.opened().endUserId(), received,
            RevocationReason.LATE_ANSWER);
      } else {
        receivedGrants.owe(tx, found.sealer(), found.integration(), place.connection(), received, RevocationReason.LATE_ANSWER);
      }
    }
    if (row != null) {
      attempts.recovered(tx, place, State.ABANDONED, "late");
      leases.release(tx, place.connection(), place.fence());
    }
    return Verdict.OVER;
  }

  /** What was received: where the answer brought no refresh token, the one beside it is the old one. */
  private static TokenGrant grant(JournalPlace place, OpenCredential opened) {
    SecretText refreshToken = opened.refreshToken();
    return new TokenGrant(copy(opened.accessToken()), place.rotated() && refreshToken != null ? copy(refreshToken) : null,
        opened.tokenType(), null, null, opened.scopes(), Map.of());
  }

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }

  @Override
  public void settleInterrupted() {
    Database.each(configuration.workspaces().stream().map(Workspace::id).toList(), workspace -> database.run(workspace,
        tx -> leases.lapsed(tx).forEach(lease -> attempts.interrupted(tx, lease.attempt()))));
  }
}
