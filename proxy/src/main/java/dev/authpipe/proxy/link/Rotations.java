package dev.authpipe.proxy.link;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
import dev.authpipe.proxy.envelope.KeysetState;
import dev.authpipe.proxy.envelope.PreparedKeyset;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Rotates the keysets of workspaces in both stores (docs/crypto-format.md section 4), in steps that any replica goes on with. Must never destroy
 * a keyset that a sealed record names.
 */
@Singleton
final class Rotations {
  private static final Logger LOG = LoggerFactory.getLogger(Rotations.class);
  private static final AuditActor ACTOR = AuditActor.system("link");
  private static final int MOST_ROUNDS = 50;

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final Envelopes clientEnvelopes;
  private final List<SealedRows> rows;
  private final AuditLog audit;

  Rotations(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      @Named("client_secrets") Envelopes clientEnvelopes, List<SealedRows> rows, AuditLog audit) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.clientEnvelopes = clientEnvelopes;
    this.rows = List.copyOf(rows);
    this.audit = audit;
  }

  /**
   * Begins a rotation; false while one is under way. Calls the vault's KEK. The vault begins, and {@link #run} has the other store follow: a rotation
   * that one of them knows of is one of both, whenever this process ends.
   */
  boolean begin(WorkspaceId workspace, CommandId command) {
    if (vault.inWorkspace(workspace, vaultEnvelopes::states).stream().anyMatch(one -> one.opensOnly() || one.decryptOnly())) {
      return false;
    }
    PreparedKeyset next = vaultEnvelopes.prepareNext(workspace);
    return vault.inWorkspace(workspace, tx -> created(tx, next, vaultEnvelopes.begin(tx, next, command.value())));
  }

  private boolean created(Tx tx, PreparedKeyset keyset, boolean begun) {
    if (begun) {
      audit.append(tx, AuditEntry.of(AuditType.KEYSET_CREATED, ACTOR, AuditObject.keyset(keyset.version()))
          .detail(AuditDetail.KEK, keyset.kekName()).build());
    }
    return begun;
  }

  /**
   * Brings every rotation as far as it goes now; replicas may do so side by side.
   *
   * @param stopping looked at between steps
   */
  void run(BooleanSupplier stopping) {
    Database.each(vault.listReachable(CommandStore::rotations), workspace -> {
      boolean second = advance(clientSecrets, clientEnvelopes, workspace, true, stopping) && followed(workspace);
      boolean both = advance(vault, vaultEnvelopes, workspace, second, stopping);
      if (both) {
        LOG.info("the keysets of {} are rotated", workspace);
      }
    });
  }

  /** Whether the client secrets have been rotated by the vault's command; begins that where it has not been begun. */
  private boolean followed(WorkspaceId workspace) {
    UUID command = vault.<@Nullable UUID>inWorkspace(workspace, tx -> vaultEnvelopes.states(tx).getLast().command());
    if (command == null || clientSecrets.inWorkspace(workspace, clientEnvelopes::states).stream()
        .anyMatch(one -> command.equals(one.command()))) {
      return true;
    }
    PreparedKeyset next = clientEnvelopes.prepareNext(workspace);
    boolean begun = clientSecrets.inWorkspace(workspace, tx -> created(tx, next, clientEnvelopes.begin(tx, next, command)));
    LOG.debug("the client secrets of {} follow: {}", workspace, begun);
    return false;
  }

  /**
   * Goes on in one store.
   *
   * @param destroying whether keysets may be destroyed
   * @param stopping   looked at between steps
   * @return whether no rotation is under way there any more
   */
  private boolean advance(Database store, Envelopes envelopes, WorkspaceId workspace, boolean destroying,
      BooleanSupplier stopping) {
    List<KeysetState> states = store.inWorkspace(workspace, tx -> activated(tx, envelopes));
    if (states.stream().noneMatch(one -> one.opensOnly() || one.decryptOnly())) {
      return true;
    }
    Optional<KeysetState> active = states.stream().filter(one -> one.active() && one.ripe()).findFirst();
    if (active.isEmpty() || states.stream().noneMatch(KeysetState::decryptOnly)) {
      return false; // somebody may still seal under the one before
    }
    Optional<KeyId> key = envelopes.sealingKey(workspace, active.get().version());
    if (key.isEmpty()) {
      return false;
    }
    reseal(store, workspace, key.get(), stopping);
    return destroying && !stopping.getAsBoolean() && store.inWorkspace(workspace, tx -> destroyed(tx, envelopes, key.get()));
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

  private void reseal(Database store, WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    for (SealedRows some : rows) {
      for (int round = 0; some.store().equals(store.name()) && round < MOST_ROUNDS; round++) {
        if (stopping.getAsBoolean() || some.reseal(workspace, present) == 0) {
          break;
        }
      }
    }
  }

  private boolean destroyed(Tx tx, Envelopes envelopes, KeyId present) {
    List<KeysetState> states = envelopes.states(tx);
    long left = rows.stream().filter(some -> some.store().equals(tx.store())).mapToLong(some -> some.sealedOtherwise(tx, present))
        .sum();
    if (left > 0) {
      LOG.debug("{} records of {} in {} name another key", left, tx.workspace(), tx.store());
      return false;
    }
    for (KeysetState old : states) {
      if (old.decryptOnly()) {
        envelopes.destroy(tx, old.version());
        audit.append(tx, AuditEntry.of(AuditType.KEYSET_DESTROYED, ACTOR, AuditObject.keyset(old.version())).build());
      }
    }
    states.stream().filter(one -> tx.store().equals(vault.name()) && one.active() && one.command() != null).findFirst()
        .ifPresent(one -> audit.append(tx, Commands.entry(AuditType.CONTROL_COMMAND_DONE, ACTOR,
            new CommandId(Objects.requireNonNull(one.command())), Commands.word(Command.Kind.ROTATE), null, 0)));
    return true;
  }
}
