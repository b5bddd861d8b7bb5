package dev.authpipe.proxy.notify;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.MessageId;
import dev.authpipe.wire.WorkspaceId;

/** What is on its way to the application, what arrived and what died. Never shows a body. */
@Singleton
public final class Deliveries {
  private final VaultDatabase database;
  private final DeliveryTry tries;
  private final DeliveryMac macs;
  private final AuditLog audit;
  private final Randomness randomness;
  private final NotifySettings settings;
  private final Clock clock;
  private final Bell bell;

  Deliveries(VaultDatabase database, DeliveryTry tries, DeliveryMac macs, AuditLog audit, Randomness randomness,
      NotifySettings settings, Clock clock, Bell bell) {
    this.database = database;
    this.tries = tries;
    this.macs = macs;
    this.audit = audit;
    this.randomness = randomness;
    this.settings = settings;
    this.clock = clock;
    this.bell = bell;
  }

  /**
   * What to show.
   *
   * @param state        null: any
   * @param integrations of the connections that events are about; empty: any
   */
  public record Filter(Delivery.@Nullable State state, Set<IntegrationId> integrations) {
    /** Everything of a workspace. */
    public static final Filter ALL = new Filter(null, Set.of());

    /** Copies the set. */
    public Filter {
      integrations = Set.copyOf(integrations);
    }
  }

  /** Newest first, after one of them. */
  public List<Delivery> list(WorkspaceId workspace, Filter filter, @Nullable DeliveryId after, int most) {
    return database.inWorkspace(workspace, tx -> DeliveryStore.list(tx, filter, after, most));
  }

  /** Sends an event once more, whatever became of it, under its own {@code webhook-id}; empty when the filter hides it. */
  public Optional<Delivery> replay(WorkspaceId workspace, DeliveryId id, Filter filter, AuditActor actor,
      @Nullable String requestId) {
    Instant now = now();
    return database.inWorkspace(workspace, tx -> {
      Delivery before = DeliveryStore.find(tx, id, filter).orElse(null);
      if (before == null || !DeliveryStore.replay(tx, id, now, now.plus(settings.giveUpAfter()))) {
        return Optional.empty();
      }
      audit.append(tx,
          AuditEntry.of(AuditType.WEBHOOK_DELIVERY_REPLAYED, actor, AuditObject.webhook(before.endpoint())).requestId(requestId)
              .detail(AuditDetail.DELIVERY, id).detail(AuditDetail.EVENT, before.event().type())
              .detail(AuditDetail.TRIES, before.tries()).build());
      tx.afterCommit(bell::ring);
      return DeliveryStore.find(tx, id, filter);
    });
  }

  /** Sends a test event to an endpoint now, and tells what became of the one try. It is not tried again. */
  public Delivery test(WorkspaceId workspace, WebhookEndpoint endpoint) {
    Instant now = now();
    DeliveryId id = new DeliveryId(randomness.uuidV7());
    Event event = new Event(new MessageId(randomness.uuidV7()), Event.TEST, now, null, null, null,
        LinkJson.text(Map.of("workspace", workspace.toString(), "endpoint", endpoint.id().toString())));
    DeliveryTry.Batch batch = database.inWorkspace(workspace, tx -> {
      // its end is now: one try
      DeliveryStore.add(tx, id, endpoint.id(), event, macs.of(tx, id, endpoint.id(), event), now, null);
      return tries.claim(tx, endpoint, id);
    });
    tries.run(workspace, batch);
    return database.inWorkspace(workspace, tx -> DeliveryStore.find(tx, id, Filter.ALL)).orElseThrow();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
