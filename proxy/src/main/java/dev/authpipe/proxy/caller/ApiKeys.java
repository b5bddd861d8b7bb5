package dev.authpipe.proxy.caller;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.WorkspaceId;

/** Makes, lists and revokes API keys. Must never show a key again after {@link #create}. Thread-safe. */
@Singleton
public final class ApiKeys {
  private final VaultDatabase vault;
  private final DeploymentKeys keys;
  private final AuditLog audit;
  private final KnownKeys known;
  private final Randomness randomness;
  private final Clock clock;

  ApiKeys(VaultDatabase vault, DeploymentKeys keys, AuditLog audit, KnownKeys known, Randomness randomness, Clock clock) {
    this.vault = vault;
    this.keys = keys;
    this.audit = audit;
    this.known = known;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Makes a key and records it; the key itself is in the answer and nowhere else. */
  public NewApiKey create(WorkspaceId workspace, ApiKeyRequest request, AuditActor actor) {
    return vault.inWorkspace(workspace, tx -> create(tx, request, actor, null));
  }

  /** As {@link #create}, in a transaction that has more to do; for a control plane's request, or null. */
  public NewApiKey create(Tx tx, ApiKeyRequest request, AuditActor actor, @Nullable ApiKeyRequestId wanted) {
    WorkspaceId workspace = tx.workspace();
    ApiKeyRequest exact = inMilliseconds(request);
    ApiKeyId id = new ApiKeyId(randomness.uuidV7());
    ApiKeyText text = ApiKeyText.create(id, randomness, keys);
    StoredKey key = StoredKey.of(workspace, id, keys.apiKeyHash(text.text()), exact);
    byte[] mac = key.mac(keys);
    Instant created = ApiKeyStore.insert(tx, key, mac);
    audit.append(tx, created(key, exact, actor, wanted));
    return new NewApiKey(key.view(created, true), text.text());
  }

  /** All keys of the workspace, revoked ones too, oldest first. */
  public List<ApiKeyView> list(WorkspaceId workspace) {
    List<ApiKeyStore.Found> found = vault.inWorkspace(workspace, ApiKeyStore::list);
    return found.stream().map(one -> one.key().view(one.createdAt(), one.key().holds(keys, one.mac().bytes()))).toList();
  }

  /** Revokes a key on every replica (S31) and records it; false when there is no such key. Revoking again changes nothing. */
  public boolean revoke(WorkspaceId workspace, ApiKeyId key, AuditActor actor) {
    return vault.inWorkspace(workspace, tx -> revoke(tx, key, actor));
  }

  /** Revokes all keys of the transaction's workspace, as {@link #revoke}. */
  public void revokeAll(Tx tx, AuditActor actor) {
    ApiKeyStore.list(tx).forEach(one -> revoke(tx, one.key().id(), actor));
  }

  private boolean revoke(Tx tx, ApiKeyId key, AuditActor actor) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    ApiKeyStore.Found found = ApiKeyStore.findForUpdate(tx, key.value());
    if (found == null || found.key().revokedAt() != null) {
      return found != null;
    }
    byte[] mac = found.mac().bytes();
    boolean intact = found.key().holds(keys, mac);
    ApiKeyStore.revoke(tx, key.value(), now, intact ? found.key().revoked(now).mac(keys) : mac); // a changed row stays refused
    audit.append(tx, AuditEntry.of(AuditType.API_KEY_REVOKED, actor, AuditObject.apiKey(key)).build());
    WorkspaceId workspace = tx.workspace();
    tx.afterCommit(() -> known.drop(new RowKey(workspace, key.value())));
    return true;
  }

  private static AuditEntry created(StoredKey key, ApiKeyRequest request, AuditActor actor, @Nullable ApiKeyRequestId wanted) {
    return AuditEntry.of(AuditType.API_KEY_CREATED, actor, AuditObject.apiKey(key.id()))
        .scopes(AuditDetail.SCOPES, Set.copyOf(key.scopes())).detail(AuditDetail.INTEGRATIONS, request.integrations().size())
        .detail(AuditDetail.IP_RANGES, request.ipRanges().size())
        .detail(AuditDetail.CERTIFICATES, request.certificates().isEmpty() ? null : request.certificates().size())
        .detail(AuditDetail.END_USER_REQUIRED, request.requireEndUser())
        .detail(AuditDetail.CALLS_PER_MINUTE, request.callsPerMinute())
        .detail(AuditDetail.CALLS_PER_MONTH, request.callsPerMonth()).detail(AuditDetail.EXPIRES_AT, request.expiresAt())
        .detail(AuditDetail.KEY_REQUEST, wanted).build();
  }

  private static ApiKeyRequest inMilliseconds(ApiKeyRequest request) {
    @Nullable
    Instant expires = request.expiresAt();
    return expires == null
        ? request
        : new ApiKeyRequest(request.name(), request.scopes(), request.integrations(), request.ipRanges(),
            request.certificates(), request.requireEndUser(),
            request.callsPerMinute(), request.callsPerMonth(), expires.truncatedTo(ChronoUnit.MILLIS));
  }
}
