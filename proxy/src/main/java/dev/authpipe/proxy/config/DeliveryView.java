package dev.authpipe.proxy.config;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.notify.Delivery;

/**
 * An event on its way to a webhook endpoint, as the API shows it. Never its body.
 *
 * @param id          {@code dlv_…}
 * @param webhookId   {@code msg_…}: the header of the same name, the same for every try
 * @param endpoint    {@code whk_…}
 * @param type        what happened
 * @param happenedAt  when
 * @param connection  what it is about; absent for a test
 * @param status      {@code pending}, {@code delivered} or {@code dead}
 * @param tries       how many so far
 * @param nextAt      when it is tried next; absent when it is not
 * @param expiresAt   when it is given up
 * @param lastOutcome of the last try: {@code delivered}, {@code http_status}, {@code timeout} and others; absent before the first
 * @param lastStatus  HTTP status of the last answer, if there was one
 * @param doneAt      when it was delivered or given up
 */
@Introspected
record DeliveryView(String id, @JsonProperty("webhook_id") String webhookId, String endpoint, String type,
    @JsonProperty("happened_at") Instant happenedAt, @Nullable String connection, String status, int tries,
    @JsonProperty("next_at") @Nullable Instant nextAt, @JsonProperty("expires_at") Instant expiresAt,
    @JsonProperty("last_outcome") @Nullable String lastOutcome, @JsonProperty("last_status") @Nullable Integer lastStatus,
    @JsonProperty("done_at") @Nullable Instant doneAt) {

  /**
   * A page of deliveries.
   *
   * @param data       newest first
   * @param nextCursor where the next page begins; absent on the last one
   */
  @Introspected
  record Page(List<DeliveryView> data, @Nullable String nextCursor) {}

  static DeliveryView of(Delivery delivery) {
    Delivery.Told event = delivery.event();
    return new DeliveryView(delivery.id().toString(), event.id(), delivery.endpoint().toString(), event.type(), event.at(),
        event.connection(), delivery.state().name().toLowerCase(Locale.ROOT), delivery.tries(),
        delivery.state() == Delivery.State.PENDING ? delivery.nextAt() : null, delivery.expiresAt(), delivery.lastOutcome(),
        delivery.lastStatus(), delivery.doneAt());
  }
}
