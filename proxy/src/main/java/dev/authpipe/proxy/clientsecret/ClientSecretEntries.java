package dev.authpipe.proxy.clientsecret;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting.Place;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ClientSecretEntryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One-time links by which a person without an API key enters the client secret of one integration, for one origin of its token endpoint. A
 * link is good once and for a stated time; of its token only a keyed hash is stored. Never shows a link again, nor a secret.
 */
@Singleton
public final class ClientSecretEntries {
  /** How long a link is good unless somebody says otherwise. */
  public static final Duration USUAL_LIFETIME = Duration.ofMinutes(30);
  /** The shortest and the longest time that may be asked for. */
  public static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(1);
  public static final Duration LONGEST_LIFETIME = Duration.ofHours(24);
  /** Most links of an integration that can be used at a time. */
  public static final int MOST_OPEN = 5;

  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final ClientSecretsDatabase database;
  private final ClientSecretSetting setting;
  private final DeploymentKeys deploymentKeys;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  public ClientSecretEntries(ClientSecretsDatabase database, ClientSecretSetting setting, DeploymentKeys deploymentKeys,
      AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.setting = setting;
    this.deploymentKeys = deploymentKeys;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** A link that was just made, the only time that it is known. */
  public record Made(ClientSecretEntry entry, EntryLink link) {}

  /** A link was used, withdrawn or ran out meanwhile. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Ended() {
      super("the link was used, withdrawn or ran out", null, false, false);
    }
  }

  /** Whether a link may live as long. */
  public static boolean isLifetime(Duration lifetime) {
    return lifetime.compareTo(SHORTEST_LIFETIME) >= 0 && lifetime.compareTo(LONGEST_LIFETIME) <= 0;
  }

  /**
   * Makes a link; empty when the integration has {@link #MOST_OPEN} already.
   *
   * @param keepPrevious how long the client secret before is tried as well, once another was entered
   * @param source       {@code api} or {@code command}
   * @param requestId    of the request; null: none
   */
  public Optional<Made> make(Place place, Duration lifetime, Duration keepPrevious, AuditActor actor, String source,
      @Nullable String requestId) {
    if (!isLifetime(lifetime)) {
      throw new IllegalArgumentException("a link lives 1 minute to 24 hours");
    }
    Replacement how = new Replacement(null, keepPrevious);
    Instant now = now();
    EntryLink link = new EntryLink(place.integration(), randomness.base64url256());
    EntryRow bare = new EntryRow(place.integration(), new ClientSecretEntryId(randomness.uuidV7()), new byte[0], place.origin(),
        how.keepPrevious(), EntryRow.State.OPEN, now, now.plus(lifetime));
    EntryRow row = bare.withHash(hash(place.workspace(), bare, link.sessionToken()));
    return database.inWorkspace(place.workspace(), tx -> {
      EntryStore.makeAlone(tx, place.integration());
      if (EntryStore.open(tx, place.integration(), now).size() >= MOST_OPEN) {
        return Optional.empty();
      }
      EntryStore.add(tx, row);
      audit.append(tx,
          AuditEntry.of(AuditType.CLIENT_SECRET_ENTRY_CREATED, actor, AuditObject.integration(place.integration()))
              .requestId(requestId).detail(AuditDetail.ENTRY, row.id()).detail(AuditDetail.EXPIRES_AT, row.expiresAt())
              .detail(AuditDetail.SOURCE, source).build());
      return Optional.of(new Made(ClientSecretEntry.of(row), link));
    });
  }

  /** Those of an integration that can still be used. */
  public List<ClientSecretEntry> open(WorkspaceId workspace, IntegrationId integration) {
    return database.inWorkspace(workspace, tx -> EntryStore.open(tx, integration, now())).stream().map(ClientSecretEntry::of)
        .toList();
  }

  /** Withdraws one; false when it cannot be used any more. */
  public boolean withdraw(WorkspaceId workspace, IntegrationId integration, ClientSecretEntryId id, AuditActor actor,
      String source, @Nullable String requestId) {
    return database.inWorkspace(workspace, tx -> {
      if (!EntryStore.end(tx, integration, id, EntryRow.State.WITHDRAWN, now())) {
        return false;
      }
      audit.append(tx, AuditEntry.of(AuditType.CLIENT_SECRET_ENTRY_WITHDRAWN, actor, AuditObject.integration(integration))
          .requestId(requestId).detail(AuditDetail.ENTRY, id).detail(AuditDetail.SOURCE, source).build());
      return true;
    });
  }

  /** What a link is for, if it can still be used. */
  public Optional<ClientSecretEntry> find(WorkspaceId workspace, EntryLink link) {
    return row(workspace, link).map(ClientSecretEntry::of);
  }

  /**
   * Uses a link: seals the secret, and the link is good no more. Empty when it could not be used any more; then nothing was done.
   *
   * @param place     of the integration that the link names, as it is configured now
   * @param expiresAt when the secret ends by itself, for reminders only; null: unknown
   * @param requestId of the request; null: none
   * @throws TokenOriginChangedException if the token endpoint has moved since the link was made; the link stays as it is
   */
  public Optional<ClientSecretView> enter(Place place, EntryLink link, SecretText secret, @Nullable Instant expiresAt,
      @Nullable String requestId) {
    EntryRow row = row(place.workspace(), link).orElse(null);
    if (row == null) {
      return Optional.empty();
    }
    if (!row.tokenOrigin().equals(place.origin())) {
      throw new TokenOriginChangedException();
    }
    try {
      return Optional.of(setting.enter(place, secret, new Replacement(expiresAt, row.keepPrevious()), row.id(), tx -> {
        if (!EntryStore.end(tx, row.integration(), row.id(), EntryRow.State.USED, now())) {
          throw new Ended();
        }
      }, requestId));
    } catch (Ended meanwhile) {
      return Optional.empty();
    }
  }

  /** Forgets links of a workspace that ran out a day ago; how many. */
  public int purge(WorkspaceId workspace) {
    return database.inWorkspace(workspace, tx -> EntryStore.purge(tx, now().minus(REMEMBERED)));
  }

  private Optional<EntryRow> row(WorkspaceId workspace, EntryLink link) {
    return database.inWorkspace(workspace, tx -> EntryStore.open(tx, link.integration(), now())).stream()
        .filter(row -> MessageDigest.isEqual(hash(workspace, row, link.sessionToken()), row.linkHash())).findFirst();
  }

  private byte[] hash(WorkspaceId workspace, EntryRow row, SecretText sessionToken) {
    try (SecretBytes message = row.message(workspace, sessionToken)) {
      return deploymentKeys.hash(HashPurpose.CLIENT_SECRET_ENTRY, message.expose());
    }
  }

  /** As PostgreSQL keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
