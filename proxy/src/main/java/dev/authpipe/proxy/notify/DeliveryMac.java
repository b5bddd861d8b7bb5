package dev.authpipe.proxy.notify;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The MAC of an event on its way: who writes to the database can have nothing signed that the proxy did not write (S2). Covers what is told and to
 * whom, not how far it got.
 */
@Singleton
final class DeliveryMac {
  private static final String KIND = "webhook_delivery";

  private final DeploymentKeys keys;

  DeliveryMac(DeploymentKeys keys) {
    this.keys = keys;
  }

  /** @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the deployment's keys cannot be used now */
  byte[] of(Tx tx, DeliveryId id, WebhookId endpoint, Event event) {
    return keys.authorityMac(KIND, canonical(tx.workspace(), id, endpoint, event));
  }

  /** Whether the row is what was written; one without a MAC never is. */
  boolean holds(Tx tx, DeliveryStore.Claimed claimed) {
    byte[] mac = claimed.mac();
    return mac != null
        && keys.authorityMacHolds(KIND, canonical(tx.workspace(), claimed.id(), claimed.endpoint(), claimed.event()), mac);
  }

  private static byte[] canonical(WorkspaceId workspace, DeliveryId id, WebhookId endpoint, Event event) {
    return new CanonicalRow().id(workspace.value()).id(id.value()).id(event.id().value()).id(endpoint.value()).text(event.type())
        .id(event.connection() == null ? null : event.connection().value())
        .id(event.integration() == null ? null : event.integration().value()).id(event.endUser()).text(event.detail())
        .time(event.at()).bytes();
  }
}
