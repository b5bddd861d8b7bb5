package dev.authpipe.proxy.clientsecret;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
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
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Client secrets that are tried beside those which took their place: which of the two a provider takes, and their end. Remembers for a quarter
 * of an hour, per process and at most 10,000 integrations, that only the one before is taken; must never make it last longer than was stated.
 */
@Singleton
public final class PreviousSecrets {
  /** How long an endpoint is believed to take only the one before: then the present one goes first again. */
  static final Duration REMEMBERED = Duration.ofMinutes(15);
  /** How often it is noted at most that one is needed. */
  static final Duration NOTED_EVERY = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(PreviousSecrets.class);
  private static final int MOST = 10_000;

  private final ClientSecretsDatabase database;
  private final ClientSecrets secrets;
  private final AuditLog audit;
  private final Clock clock;
  /** By integration: the version of the present secret that was refused. */
  private final Cache<RowKey, Long> refused;
  private final Cache<RowKey, Long> noted;

  /** @param ticker monotonic nanoseconds */
  public PreviousSecrets(ClientSecretsDatabase database, ClientSecrets secrets, AuditLog audit, Clock clock, Ticker ticker) {
    this.database = database;
    this.secrets = secrets;
    this.audit = audit;
    this.clock = clock;
    this.refused = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).ticker(ticker).build();
    this.noted = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).ticker(ticker).build();
  }

  /** In which order the two are sent. */
  SecretOrder order(WorkspaceId workspace, IntegrationId integration, long present, PreviousRow before) {
    return new Order(workspace, integration, present, before);
  }

  /**
   * Ends the one before at once and erases it; its version, or empty when there is none.
   *
   * @param source    {@code api} or {@code command}
   * @param requestId of the request; null: none
   */
  public Optional<Long> end(WorkspaceId workspace, IntegrationId integration, AuditActor actor, String source,
      @Nullable String requestId) {
    Optional<Long> ended = database.inWorkspace(workspace, tx -> {
      PreviousRow row = PreviousSecretStore.find(tx, integration).orElse(null);
      if (row == null || !PreviousSecretStore.delete(tx, integration)) {
        return Optional.empty();
      }
      audit.append(tx, ended(integration, row.version(), actor, "ended").requestId(requestId)
          .detail(AuditDetail.SOURCE, source).build());
      return Optional.of(row.version());
    });
    secrets.drop(workspace, integration);
    return ended;
  }

  /** Erases those of a workspace whose time is over; how many. */
  public int eraseEnded(WorkspaceId workspace) {
    return database.inWorkspace(workspace, tx -> {
      Map<IntegrationId, PreviousRow> over = PreviousSecretStore.ended(tx, clock.instant());
      over.forEach((integration, row) -> {
        PreviousSecretStore.delete(tx, integration);
        audit.append(tx, ended(integration, row.version(), AuditActor.job("client-secrets"), "expired").build());
        tx.afterCommit(() -> secrets.drop(workspace, integration));
      });
      return over.size();
    });
  }

  /** The event of an end. */
  static AuditEntry.Builder ended(IntegrationId integration, long version, AuditActor actor, String reason) {
    return AuditEntry.of(AuditType.CLIENT_SECRET_PREVIOUS_ENDED, actor, AuditObject.integration(integration)).reason(reason)
        .detail(AuditDetail.VERSION, version);
  }

  private void needed(Tx tx, IntegrationId integration, PreviousRow before) {
    Instant now = clock.instant();
    if (PreviousSecretStore.needed(tx, integration, before.version(), now, NOTED_EVERY)) {
      audit.append(tx,
          AuditEntry
              .of(AuditType.CLIENT_SECRET_PREVIOUS_NEEDED, AuditActor.system("clientsecret"),
                  AuditObject.integration(integration))
              .detail(AuditDetail.VERSION, before.version()).detail(AuditDetail.PREVIOUS_UNTIL, before.validUntil()).build());
    }
  }

  /** Of one occasion. */
  private final class Order implements SecretOrder {
    private final WorkspaceId workspace;
    private final IntegrationId integration;
    private final RowKey key;
    private final long present;
    private final PreviousRow before;
    private boolean beforeTaken;

    private Order(WorkspaceId workspace, IntegrationId integration, long present, PreviousRow before) {
      this.workspace = workspace;
      this.integration = integration;
      this.key = new RowKey(workspace, integration.value());
      this.present = present;
      this.before = before;
    }

    @Override
    public boolean beforeFirst() {
      Long version = refused.getIfPresent(key);
      return version != null && version == present;
    }

    @Override
    public void prefer(boolean beforeFirst) {
      if (!beforeFirst) {
        refused.invalidate(key);
      } else if (!beforeFirst()) { // not anew each time: the present one is to have its turn
        refused.put(key, present);
      }
    }

    @Override
    public void took(boolean theOneBefore) {
      beforeTaken |= theOneBefore;
    }

    @Override
    public void settle() {
      Long already = noted.getIfPresent(key);
      if (!beforeTaken || (already != null && already == before.version())) {
        return;
      }
      try {
        database.run(workspace, tx -> needed(tx, integration, before));
        noted.put(key, before.version());
      } catch (RuntimeException failure) { // what was received is not at stake: it is noted another time
        LOG.warn("that integration {} still needs its client secret before could not be noted: {}", integration,
            failure.getClass().getSimpleName());
      }
    }
  }
}
