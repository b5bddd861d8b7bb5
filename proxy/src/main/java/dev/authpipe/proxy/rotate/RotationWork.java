package dev.authpipe.proxy.rotate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.envelope.KeysetState;
import dev.authpipe.proxy.envelope.KeysetView;
import dev.authpipe.proxy.envelope.PreparedKeyset;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.wire.WorkspaceId;

/**
 * Brings the rotation of a workspace's keysets as far as it goes now (docs/crypto-format.md section 4), in steps that any replica goes on with,
 * also two side by side. Must never destroy a keyset that a sealed record or a rescue journal names.
 */
@Singleton
final class RotationWork {
  private static final Logger LOG = LoggerFactory.getLogger(RotationWork.class);
  private static final AuditActor ACTOR = AuditActor.job(RotationJob.NAME);
  private static final int MOST_ROUNDS = 50;

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final Envelopes clientEnvelopes;
  private final List<SealedRows> rows;
  private final KeysetHistory history;
  private final RotationSurvey survey;
  private final List<RotationEnd> ends;
  private final AuditLog audit;

  RotationWork(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      @Named("client_secrets") Envelopes clientEnvelopes, List<SealedRows> rows, KeysetHistory history, RotationSurvey survey,
      List<RotationEnd> ends, AuditLog audit) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.clientEnvelopes = clientEnvelopes;
    this.rows = List.copyOf(rows);
    this.history = history;
    this.survey = survey;
    this.ends = List.copyOf(ends);
    this.audit = audit;
  }

  /**
   * Goes on in both stores.
   *
   * @param stopping looked at between steps
   * @return whether something may be left that needs no waiting
   */
  boolean advance(WorkspaceId workspace, BooleanSupplier stopping) {
    Step second = advance(clientSecrets, clientEnvelopes, workspace, true, stopping);
    boolean followed = second == Step.DONE && followed(workspace);
    Step first = advance(vault, vaultEnvelopes, workspace, followed, stopping);
    if (followed && first == Step.DONE) {
      LOG.info("the keysets of {} are rotated", workspace);
    }
    return first == Step.MORE || second == Step.MORE;
  }

  private enum Step {
    /** No rotation is under way in that store any more. */
    DONE,
    /** It waits. */
    WAITS,
    /** There are more records to reseal. */
    MORE
  }

  /** Whether the client secrets have been rotated by the vault's rotation; begins that where it has not been begun. */
  private boolean followed(WorkspaceId workspace) {
    UUID rotation = vault.<@Nullable UUID>inWorkspace(workspace, tx -> vaultEnvelopes.states(tx).getLast().command());
    List<KeysetState> states = clientSecrets.inWorkspace(workspace, clientEnvelopes::states);
    if (rotation == null || states.isEmpty() || states.stream().anyMatch(one -> rotation.equals(one.command()))) {
      return true;
    }
    PreparedKeyset next = clientEnvelopes.prepareNext(workspace);
    boolean begun = clientSecrets.inWorkspace(workspace, tx -> {
      boolean stored = clientEnvelopes.begin(tx, next, rotation);
      if (stored) {
        audit.append(tx, AuditEntry.of(AuditType.KEYSET_CREATED, ACTOR, AuditObject.keyset(next.version()))
            .detail(AuditDetail.KEK, next.kekName()).build());
      }
      return stored;
    });
    LOG.debug("the client secrets of {} follow: {}", workspace, begun);
    return false;
  }

  /** @param destroying whether keysets may be destroyed */
  private Step advance(Database store, Envelopes envelopes, WorkspaceId workspace, boolean destroying, BooleanSupplier stopping) {
    List<KeysetState> states = store.inWorkspace(workspace, tx -> activated(tx, envelopes));
    if (states.stream().noneMatch(one -> one.opensOnly() || one.decryptOnly())) {
      return Step.DONE;
    }
    Optional<KeysetState> active = states.stream().filter(one -> one.active() && one.ripe()).findFirst();
    if (active.isEmpty() || states.stream().noneMatch(KeysetState::decryptOnly)) {
      return Step.WAITS; // somebody may still seal under the one before
    }
    Optional<KeyId> key = envelopes.sealingKey(workspace, active.get().version());
    if (key.isEmpty()) {
      return Step.WAITS;
    }
    if (reseal(store, workspace, key.get(), stopping) || stopping.getAsBoolean()) {
      return Step.MORE;
    }
    boolean held = store.name().equals(vault.name()) && isHeld(workspace, envelopes);
    return store.inWorkspace(workspace, tx -> destroyed(tx, envelopes, key.get(), held, destroying)) ? Step.DONE : Step.WAITS;
  }

  private List<KeysetState> activated(Tx tx, Envelopes envelopes) {
    List<KeysetState> states = envelopes.states(tx);
    Optional<KeysetState> next = states.stream().filter(one -> one.opensOnly() && one.ripe()).findFirst();
    if (next.isEmpty()) {
      return states;
    }
    envelopes.activate(tx, next.get().version());
    audit.append(tx,
        AuditEntry.of(AuditType.KEYSET_ACTIVATED, ACTOR, AuditObject.keyset(next.get().version())).build());
    return envelopes.states(tx);
  }

  /** Whether there may be more. */
  private boolean reseal(Database store, WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    boolean more = false;
    for (SealedRows some : rows) {
      boolean left = some.store().equals(store.name());
      for (int round = 0; left && round < MOST_ROUNDS && !stopping.getAsBoolean(); round++) {
        left = some.reseal(workspace, present, stopping) > 0;
      }
      more |= left;
    }
    return more;
  }

  /** Whether a rescue journal, of whatever replica, may have an unsettled entry under a keyset of before. */
  private boolean isHeld(WorkspaceId workspace, Envelopes envelopes) {
    KeysetView active = vault.inWorkspace(workspace, history::all).stream().filter(KeysetView::active).findFirst().orElseThrow();
    Map<Integer, Set<KeyId>> ids = envelopes.keyIds(workspace);
    List<UUID> holders = survey.holders(active, ids);
    LOG.debug("rescue journals that may name the keyset of {} from before: {}", workspace, holders);
    return !holders.isEmpty();
  }

  private boolean destroyed(Tx tx, Envelopes envelopes, KeyId present, boolean held, boolean destroying) {
    List<KeysetState> states = envelopes.states(tx);
    long left = rows.stream().filter(some -> some.store().equals(tx.store())).mapToLong(some -> some.sealedOtherwise(tx, present))
        .sum();
    if (left > 0 || held) {
      LOG.debug("{} records of {} in {} name another key", left, tx.workspace(), tx.store());
      history.used(tx);
      return false;
    }
    if (!history.isUnused(tx) || !destroying) {
      return false; // what was cached before the last was resealed may still be opened
    }
    for (KeysetState old : states) {
      if (old.decryptOnly()) {
        envelopes.destroy(tx, old.version());
        audit.append(tx, AuditEntry.of(AuditType.KEYSET_DESTROYED, ACTOR, AuditObject.keyset(old.version())).build());
      }
    }
    if (tx.store().equals(vault.name())) {
      history.all(tx).stream().filter(one -> one.active() && one.rotation() != null && one.askedBy() == null).findFirst()
          .map(KeysetView::rotation).ifPresent(command -> ends.forEach(one -> one.ended(tx, command)));
    }
    return true;
  }
}
