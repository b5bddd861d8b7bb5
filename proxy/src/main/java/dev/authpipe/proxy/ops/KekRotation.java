package dev.authpipe.proxy.ops;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.KekRotationRun;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.wire.WorkspaceId;

/**
 * Wraps everything that is under a KEK anew by the same KEK, while replicas serve, so that its KMS uses the newest version of the key and an
 * earlier one can go (docs/crypto-format.md section 4). Whoever is cut off begins again within a day and goes on. Touches no record.
 */
@Singleton
final class KekRotation {
  private static final AuditActor ACTOR = AuditActor.operator();
  private static final int MOST_ROUNDS = 20;

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final Envelopes clientEnvelopes;
  private final DeploymentKeys deploymentKeys;
  private final KeysetHistory history;
  private final KekRegistry keks;
  private final AuditLog audit;
  private final SettingValues values;

  /**
   * What there is under a KEK.
   *
   * @param keysets how many
   * @param earlier how many of them an earlier version of its key wraps; empty: its KMS does not tell
   */
  record Under(int keysets, Optional<Integer> earlier) {}

  KekRotation(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      @Named("client_secrets") Envelopes clientEnvelopes, DeploymentKeys deploymentKeys, KeysetHistory history, KekRegistry keks,
      AuditLog audit, SettingValues values) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.clientEnvelopes = clientEnvelopes;
    this.deploymentKeys = deploymentKeys;
    this.history = history;
    this.keks = keks;
    this.audit = audit;
    this.values = values;
  }

  /**
   * Wraps anew what is under a KEK.
   *
   * @param done told of how many more were done, after each
   * @return how many this call did; fewer than there are where it goes on
   * @throws StartupException with one sentence, when the KEK does not both wrap and unwrap
   */
  int rotate(String kek, IntConsumer done) {
    Deployment.checkKek(values, keks, kek).ifPresent(sentence -> {
      throw new StartupException(sentence + "; nothing was changed");
    });
    KekRotationRun run = history.begin(kek);
    int renewed = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<WorkspaceId> ofVault = history.under(vault, kek, run.id());
      List<WorkspaceId> ofClientSecrets = history.under(clientSecrets, kek, run.id());
      if (ofVault.isEmpty() && ofClientSecrets.isEmpty()) {
        int own = deploymentKeys.renew(kek, run.id(), (tx, version) -> audit.append(tx, rewrapped(version, kek)));
        done.accept(own);
        history.complete(kek, run);
        return renewed + own;
      }
      renewed += renew(vault, vaultEnvelopes, ofVault, kek, run, done);
      renewed += renew(clientSecrets, clientEnvelopes, ofClientSecrets, kek, run, done);
    }
    throw new StartupException("the keysets under " + kek + " kept changing; run the same command again");
  }

  private int renew(Database store, Envelopes envelopes, List<WorkspaceId> workspaces, String kek, KekRotationRun run,
      IntConsumer done) {
    int renewed = 0;
    for (WorkspaceId workspace : workspaces.stream().distinct().toList()) {
      Set<Integer> before = store.inWorkspace(workspace, tx -> history.renewed(tx, run));
      int some = envelopes.renew(workspace, kek, before, (tx, version) -> {
        history.renewed(tx, version, run);
        audit.append(tx, rewrapped(version, kek));
      });
      renewed += some;
      done.accept(some);
    }
    return renewed;
  }

  private static AuditEntry rewrapped(int version, String kek) {
    return AuditEntry.of(AuditType.KEYSET_REWRAPPED, ACTOR, AuditObject.keyset(version)).detail(AuditDetail.KEK, kek).build();
  }

  /** How many keysets are under a KEK. Asks no KEK. */
  int count(String kek) {
    return history.under(vault, kek, null).size() + history.under(clientSecrets, kek, null).size()
        + deploymentKeys.countUnder(kek);
  }

  /** How many keysets are under a KEK, and how many of them under an earlier version of its key. Asks the KEK for each of them. */
  Under look(String kek) {
    int keysets = count(kek);
    Optional<Integer> earlier = Stream
        .of(earlier(vault, kek, vaultEnvelopes::underEarlierVersion),
            earlier(clientSecrets, kek, clientEnvelopes::underEarlierVersion),
            deploymentKeys.underEarlierVersion(kek))
        .reduce((one, other) -> one.flatMap(some -> other.map(more -> some + more))).orElseThrow();
    return new Under(keysets, earlier);
  }

  private Optional<Integer> earlier(Database store, String kek, BiFunction<WorkspaceId, String, Optional<Integer>> look) {
    int earlier = 0;
    for (WorkspaceId workspace : history.under(store, kek, null).stream().collect(Collectors.toSet())) {
      Optional<Integer> some = look.apply(workspace, kek);
      if (some.isEmpty()) {
        return Optional.empty();
      }
      earlier += some.get();
    }
    return Optional.of(earlier);
  }
}
