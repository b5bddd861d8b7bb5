package dev.authpipe.proxy.notify;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObserver;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.EventType;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.MessageId;
import dev.authpipe.wire.WebhookId;

/**
 * Says which events follow from what is audited, and writes them in the same transaction, so that none is forgotten and none is told of what did
 * not happen. Deletes, in the transaction of an erasure, what is still to be told about the person. Calls nobody. Must never stop a change
 * because there is no key: what it cannot put under a MAC is dead from the start.
 */
@Singleton
final class Events implements AuditObserver {
  private static final Set<AuditType> TELLING = Set.of(AuditType.CONNECTION_CREATED, AuditType.CONNECTION_IMPORTED,
      AuditType.CONNECTION_UPDATED, AuditType.CONNECTION_RECONNECTED, AuditType.CREDENTIAL_REPLACED,
      AuditType.CREDENTIAL_ROTATION_DUE, AuditType.CONNECTION_REAUTH_UPCOMING,
      AuditType.REFRESH_SUCCEEDED, AuditType.REFRESH_RECOVERED, AuditType.REFRESH_FAILED, AuditType.REFRESH_REAUTH_REQUIRED,
      AuditType.CONNECTION_DISCONNECTED, AuditType.CONNECTION_PURGED, AuditType.CONNECTION_ERASED, AuditType.ERASURE_REQUESTED,
      AuditType.ERASURE_REPLAYED);
  private static final Set<AuditType> ERASING = Set.of(AuditType.CONNECTION_PURGED, AuditType.CONNECTION_ERASED,
      AuditType.ERASURE_REQUESTED, AuditType.ERASURE_REPLAYED);

  private final Configuration configuration;
  private final Connections connections;
  private final DeliveryMac macs;
  private final Randomness randomness;
  private final NotifySettings settings;
  private final Clock clock;
  private final Bell bell;

  Events(Configuration configuration, Connections connections, DeliveryMac macs, Randomness randomness, NotifySettings settings,
      Clock clock, Bell bell) {
    this.configuration = configuration;
    this.connections = connections;
    this.macs = macs;
    this.randomness = randomness;
    this.settings = settings;
    this.clock = clock;
    this.bell = bell;
  }

  private static final class Recorded {
    private final List<AuditEntry> entries = new ArrayList<>();
  }

  @Override
  public void recorded(Tx tx, AuditEntry entry) {
    boolean told = TELLING.contains(entry.type()) && tx.store().equals("vault");
    if (!told || (endpoints(tx).isEmpty() && !ERASING.contains(entry.type()))) {
      return;
    }
    Recorded recorded = tx.attachment(Recorded.class, _ -> new Recorded());
    if (recorded.entries.isEmpty()) {
      tx.beforeCommit(() -> recorded.entries.forEach(one -> follow(tx, one)));
      tx.afterCommit(bell::ring);
    }
    recorded.entries.add(entry);
  }

  private List<WebhookEndpoint> endpoints(Tx tx) {
    return configuration.workspace(tx.workspace()).map(Workspace::webhooks).orElse(List.of());
  }

  private void follow(Tx tx, AuditEntry entry) {
    if (entry.type() == AuditType.ERASURE_REQUESTED || entry.type() == AuditType.ERASURE_REPLAYED) {
      Object person = entry.detail().get(AuditDetail.END_USER);
      if (person != null) {
        DeliveryStore.erasePerson(tx, UUID.fromString(person.toString()));
      }
      return;
    }
    ConnectionId connection = ConnectionId.parse(entry.object().id());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    switch (entry.type()) {
      case CONNECTION_CREATED, CONNECTION_IMPORTED -> tell(tx, EventType.CONNECTION_CREATED, connection, entry, null, now);
      case CONNECTION_UPDATED -> tell(tx, EventType.CONNECTION_UPDATED, connection, entry, "metadata", now);
      case CREDENTIAL_REPLACED -> {
        tell(tx, EventType.CONNECTION_UPDATED, connection, entry, "credential", now);
        recovered(tx, connection, entry, now);
      }
      case CREDENTIAL_ROTATION_DUE -> tell(tx, EventType.CONNECTION_ROTATION_DUE, connection, entry, null, now);
      case CONNECTION_REAUTH_UPCOMING -> tell(tx, EventType.CONNECTION_REAUTH_UPCOMING, connection, entry, null, now);
      case CONNECTION_RECONNECTED -> {
        tell(tx, EventType.CONNECTION_UPDATED, connection, entry, "grant", now);
        recovered(tx, connection, entry, now);
      }
      case REFRESH_SUCCEEDED, REFRESH_RECOVERED -> recovered(tx, connection, entry, now);
      case REFRESH_FAILED -> {
        if (TroubleStore.failing(tx, connection, now)) {
          tell(tx, EventType.REFRESH_FAILED, connection, entry, null, now);
        }
      }
      case REFRESH_REAUTH_REQUIRED -> {
        if (TroubleStore.reauthRequired(tx, connection, now)) {
          tell(tx, EventType.CONNECTION_REAUTH_REQUIRED, connection, entry, null, now);
        }
      }
      default -> ended(tx, connection, entry, now);
    }
  }

  private void ended(Tx tx, ConnectionId connection, AuditEntry entry, Instant now) {
    TroubleStore.over(tx, connection);
    if (entry.type() == AuditType.CONNECTION_DISCONNECTED) {
      tell(tx, EventType.CONNECTION_DISCONNECTED, connection, entry, null, now);
    } else if (entry.type() == AuditType.CONNECTION_ERASED) {
      DeliveryStore.eraseConnection(tx, connection);
      tell(tx, EventType.CONNECTION_ERASED, connection, entry, null, now);
    }
  }

  private void recovered(Tx tx, ConnectionId connection, AuditEntry entry, Instant now) {
    if (TroubleStore.over(tx, connection)) {
      tell(tx, EventType.CONNECTION_RECOVERED, connection, entry, null, now);
    }
  }

  private void tell(Tx tx, EventType type, ConnectionId connection, AuditEntry entry, @Nullable String change, Instant now) {
    List<WebhookEndpoint> wanting = endpoints(tx).stream().filter(one -> one.events().contains(type)).toList();
    if (wanting.isEmpty()) {
      return;
    }
    ConnectionRow row = type == EventType.CONNECTION_ERASED ? null : connections.find(tx, connection).orElse(null);
    Object integration = row == null ? entry.detail().get(AuditDetail.INTEGRATION) : row.integration();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("workspace", tx.workspace().toString());
    data.put("connection", connection.toString());
    put(data, "integration", integration);
    put(data, "provider", row == null ? entry.detail().get(AuditDetail.PROVIDER) : row.provider());
    put(data, "change", change);
    put(data, "reason", type == EventType.CONNECTION_RECOVERED ? null : entry.reason());
    put(data, "erasure", type == EventType.CONNECTION_ERASED ? entry.detail().get(AuditDetail.ERASURE) : null);
    put(data, "due_at", entry.detail().get(AuditDetail.DUE_AT));
    if (entry.detail().get(AuditDetail.OVERDUE) instanceof Boolean overdue) {
      data.put("overdue", overdue);
    }
    Event event = new Event(new MessageId(randomness.uuidV7()), type.word(), now, connection,
        integration == null ? null : IntegrationId.parse(integration.toString()), row == null ? null : row.endUserId(),
        LinkJson.text(data));
    Set<WebhookId> disabled = EndpointStore.disabled(tx);
    for (WebhookEndpoint endpoint : wanting) {
      add(tx, endpoint.id(), event, now.plus(settings.giveUpAfter()),
          disabled.contains(endpoint.id()) ? "endpoint_disabled" : null);
    }
  }

  private void add(Tx tx, WebhookId endpoint, Event event, Instant expiresAt, @Nullable String deadBecause) {
    DeliveryId id = new DeliveryId(randomness.uuidV7());
    byte[] mac;
    try {
      mac = macs.of(tx, id, endpoint, event);
    } catch (KeyUnavailableException _) {
      DeliveryStore.add(tx, id, endpoint, event, null, expiresAt, "key_unavailable");
      return;
    }
    DeliveryStore.add(tx, id, endpoint, event, mac, expiresAt, deadBecause);
  }

  private static void put(Map<String, Object> data, String name, @Nullable Object value) {
    if (value != null) {
      data.put(name, value.toString());
    }
  }
}
