package dev.authpipe.proxy.rotate;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.envelope.PreparedKeyset;
import dev.authpipe.wire.WorkspaceId;

/**
 * Begins rotations of a workspace's keysets in both stores (docs/crypto-format.md section 4) and says how they stand. The work is that of the
 * job {@value RotationJob#NAME} of whatever replica has it. Must never begin one where another is under way.
 */
@Singleton
public final class Rotations {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final KeysetHistory history;
  private final RotationSurvey survey;
  private final AuditLog audit;

  Rotations(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      KeysetHistory history, RotationSurvey survey, AuditLog audit) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.history = history;
    this.survey = survey;
    this.audit = audit;
  }

  /**
   * Begins a rotation; false while one is under way. Calls the vault's KEK. The vault begins, and the job has the other store follow: a rotation
   * that one of them knows of is one of both, whenever this process ends.
   *
   * @param rotation its id in both stores
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   * @throws dev.authpipe.proxy.envelope.KekRefusedException     if the KEK refuses
   * @throws dev.authpipe.proxy.envelope.KekOutageException      if the KEK does not answer
   */
  public boolean begin(WorkspaceId workspace, UUID rotation, Asker asker) {
    if (isUnderWay(workspace)) {
      return false;
    }
    PreparedKeyset next = vaultEnvelopes.prepareNext(workspace);
    return vault.inWorkspace(workspace, tx -> {
      boolean begun = vaultEnvelopes.begin(tx, next, rotation);
      if (begun) {
        if (asker != Asker.CONTROL_PLANE) {
          history.asked(tx, next.version(), asker.word());
        }
        audit.append(tx, AuditEntry.of(AuditType.KEYSET_CREATED, asker.actor(), AuditObject.keyset(next.version()))
            .detail(AuditDetail.KEK, next.kekName()).build());
      }
      return begun;
    });
  }

  /** Whether a rotation of the workspace is under way in either store. Asks no KEK and counts nothing. */
  public boolean isUnderWay(WorkspaceId workspace) {
    return vault.inWorkspace(workspace, history::all).stream().anyMatch(one -> !one.active())
        || clientSecrets.inWorkspace(workspace, history::all).stream().anyMatch(one -> !one.active());
  }

  /**
   * How the keysets of a workspace stand, the vault's first. Counts every sealed record: for an operator who looks, not for each scrape.
   */
  public List<RotationView> view(WorkspaceId workspace) {
    return survey.of(workspace);
  }
}
