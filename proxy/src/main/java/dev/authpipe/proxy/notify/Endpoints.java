package dev.authpipe.proxy.notify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.catalog.ConfigurationParticipant;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The endpoints of the configuration and what is remembered of them: that they are there, each change once for all replicas, and whether they are
 * disabled. Never believes the store about an address.
 */
@Singleton
public final class Endpoints implements ConfigurationParticipant {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
  private static final AuditActor ACTOR = AuditActor.system("notify");

  private final VaultDatabase database;
  private final Configuration configuration;
  private final AuditLog audit;
  private final NotifySettings settings;
  private final Clock clock;

  Endpoints(VaultDatabase database, Configuration configuration, AuditLog audit, NotifySettings settings, Clock clock) {
    this.database = database;
    this.configuration = configuration;
    this.audit = audit;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * How an endpoint stands.
   *
   * @param endpoint as configured
   * @param disabled whether it said that it is gone
   * @param secrets  how many signing secrets are in force; 0: nothing can be sent
   * @param pending  events that wait for it
   * @param dead     events that can be replayed
   */
  public record Standing(WebhookEndpoint endpoint, boolean disabled, int secrets, int pending, int dead) {}

  /** The endpoint in force with this id or name. */
  public Optional<WebhookEndpoint> find(WorkspaceId workspace, String idOrName) {
    return configuration.workspace(workspace).map(Workspace::webhooks).orElse(List.of()).stream()
        .filter(one -> one.name().equals(idOrName) || one.id().toString().equals(idOrName)).findFirst();
  }

  /** How the endpoints of a workspace stand, in the order of the configuration. */
  public List<Standing> standing(Workspace workspace) {
    return database.inWorkspace(workspace.id(), tx -> {
      Set<WebhookId> disabled = EndpointStore.disabled(tx);
      return workspace.webhooks().stream()
          .map(one -> new Standing(one, disabled.contains(one.id()),
              SigningSecretStore.live(tx, one.id(), clock.instant()).size(),
              DeliveryStore.count(tx, one.id(), Delivery.State.PENDING), DeliveryStore.count(tx, one.id(), Delivery.State.DEAD)))
          .toList();
    });
  }

  /** Lets a disabled endpoint be told again; what died meanwhile can be replayed. False when it was not disabled. */
  public boolean enable(WorkspaceId workspace, WebhookId endpoint, AuditActor actor) {
    return database.inWorkspace(workspace, tx -> {
      boolean enabled = EndpointStore.enable(tx, endpoint);
      if (enabled) {
        audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_ENDPOINT_ENABLED, actor, AuditObject.webhook(endpoint)).build());
      }
      return enabled;
    });
  }

  /** Tells an endpoint of nothing more: it answered that it is gone. */
  void gone(Tx tx, WebhookId endpoint, int status) {
    if (EndpointStore.disable(tx, endpoint, "gone", clock.instant())) {
      int buried = DeliveryStore.bury(tx, endpoint, "endpoint_disabled", clock.instant());
      audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_ENDPOINT_DISABLED, ACTOR, AuditObject.webhook(endpoint)).reason("gone")
          .detail(AuditDetail.DELIVERIES, buried).detail(AuditDetail.HTTP_STATUS, status).build());
    }
  }

  @Override
  public void prepare(ConfigurationCandidate candidate) {
    Map<WorkspaceId, List<WebhookEndpoint>> wanted = new HashMap<>();
    candidate.workspaces().stream().filter(one -> !one.webhooks().isEmpty())
        .forEach(one -> wanted.put(one.id(), one.webhooks()));
    Set<WorkspaceId> concerned = new LinkedHashSet<>(database.listReachable(DeliveryStore::workspaces));
    concerned.addAll(wanted.keySet());
    for (WorkspaceId workspace : concerned) {
      try {
        database.run(workspace, tx -> remember(tx, wanted.getOrDefault(workspace, List.of())));
      } catch (StoreUnavailableException silent) {
        LOG.warn("what changed of the webhooks of {} is not recorded: its database does not answer", workspace);
      }
    }
  }

  private void remember(Tx tx, List<WebhookEndpoint> present) {
    Map<WebhookId, byte[]> known = EndpointStore.known(tx);
    for (WebhookEndpoint one : present) {
      byte[] hash = hash(one.settings());
      byte[] before = known.remove(one.id());
      if (!Arrays.equals(before, hash) && EndpointStore.put(tx, one.id(), hash)) {
        changed(tx, one.id(), before == null ? "created" : "updated");
      }
    }
    for (WebhookId gone : known.keySet()) {
      if (EndpointStore.remove(tx, gone, clock.instant())) {
        changed(tx, gone, "removed");
      }
    }
  }

  private void changed(Tx tx, WebhookId endpoint, String change) {
    audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_ENDPOINT_CHANGED, ACTOR, AuditObject.webhook(endpoint))
        .detail(AuditDetail.CHANGE, change).build());
  }

  /** Gives up what is over, bounds what waits, and forgets what is old. */
  void tidy() {
    for (WorkspaceId workspace : database.listReachable(DeliveryStore::workspaces)) {
      try {
        database.inWorkspace(workspace, DeliveryStore::endpoints).forEach(endpoint -> tidy(workspace, endpoint));
        database.run(workspace, this::forget);
      } catch (StoreUnavailableException silent) {
        LOG.warn("the webhooks of {} are tidied later: its database does not answer", workspace);
      } catch (RuntimeException failure) {
        LOG.error("the webhooks of {} could not be tidied: {}", workspace, failure.getClass().getName());
      }
    }
  }

  /** What fails for one endpoint holds up no other. */
  private void tidy(WorkspaceId workspace, WebhookId endpoint) {
    try {
      database.run(workspace, tx -> tidy(tx, endpoint));
    } catch (StoreUnavailableException silent) {
      throw silent;
    } catch (RuntimeException failure) {
      LOG.error("{} could not be tidied: {}", endpoint, failure.getClass().getName());
    }
  }

  private void tidy(Tx tx, WebhookId endpoint) {
    Instant now = clock.instant();
    buried(tx, endpoint, DeliveryStore.buryExpired(tx, endpoint, now.minus(settings.tryFor()), now), "expired");
    buried(tx, endpoint, DeliveryStore.buryBeyond(tx, endpoint, settings.mostEach(), now), "queue_full");
    int forgotten = DeliveryStore.forgetBeyond(tx, endpoint, settings.mostEach());
    LOG.debug("{} dead events of {} were forgotten", forgotten, endpoint);
  }

  private void forget(Tx tx) {
    Instant now = clock.instant();
    int old = DeliveryStore.forget(tx, now.minus(settings.keepDelivered()), now.minus(settings.keepDead()))
        + SigningSecretStore.forget(tx, now);
    LOG.debug("{} old rows of webhooks were deleted", old);
  }

  private void buried(Tx tx, WebhookId endpoint, int count, String reason) {
    if (count > 0) {
      audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_DELIVERY_DEAD, ACTOR, AuditObject.webhook(endpoint)).reason(reason)
          .detail(AuditDetail.DELIVERIES, count).build());
    }
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
