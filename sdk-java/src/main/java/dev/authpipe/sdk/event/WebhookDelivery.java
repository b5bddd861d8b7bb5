package dev.authpipe.sdk.event;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.DeliveryId;

/**
 * One event on its way to one webhook endpoint. Never holds its body.
 *
 * @param id          its id
 * @param webhookId   the header {@code webhook-id}, the same for every try
 * @param endpoint    the id of the endpoint
 * @param type        what happened
 * @param happenedAt  when
 * @param connection  what it is about; null for a test
 * @param status      how far it has come
 * @param tries       how many so far
 * @param nextAt      when it is tried next; null when it is not
 * @param expiresAt   when it is given up
 * @param lastOutcome of the last try, in the proxy's word; null before the first
 * @param lastStatus  HTTP status of the last answer; null when there was none
 * @param doneAt      when it was delivered or given up; null until then
 */
public record WebhookDelivery(DeliveryId id, String webhookId, String endpoint, String type, Instant happenedAt,
    @Nullable ConnectionId connection, DeliveryStatus status, long tries, @Nullable Instant nextAt, Instant expiresAt,
    @Nullable String lastOutcome, @Nullable Long lastStatus, @Nullable Instant doneAt) {}
