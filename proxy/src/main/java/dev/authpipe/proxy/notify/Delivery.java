package dev.authpipe.proxy.notify;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.WebhookId;

/**
 * One event on its way to one endpoint, for showing. Never says who the event is about.
 *
 * @param id          the delivery
 * @param endpoint    where to
 * @param event       what
 * @param state       whether it is tried, was taken, or is given up
 * @param tries       how many tries there were
 * @param nextAt      when it is tried next, if it is
 * @param expiresAt   when it is given up
 * @param lastOutcome of the last try, a code; null: none
 * @param lastStatus  HTTP status of the last try; null: none
 * @param doneAt      when it was taken or given up; null: it is tried
 */
public record Delivery(DeliveryId id, WebhookId endpoint, Told event, State state, int tries, Instant nextAt, Instant expiresAt,
    @Nullable String lastOutcome, @Nullable Integer lastStatus, @Nullable Instant doneAt) {

  /** How it stands. */
  public enum State {
    PENDING,
    DELIVERED,
    DEAD
  }

  /**
   * What the event is.
   *
   * @param id         {@code msg_…}, the header {@code webhook-id}
   * @param type       its word
   * @param at         when it happened
   * @param connection what it is about, {@code conn_…}; null: a test
   */
  public record Told(String id, String type, Instant at, @Nullable String connection) {}
}
