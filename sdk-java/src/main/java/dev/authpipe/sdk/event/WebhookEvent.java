package dev.authpipe.sdk.event;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.DueReason;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.ErasureId;

/**
 * One event, genuine and fresh. It may come twice, under the same {@link Head#webhookId()}, and after a later one: remember the ids for
 * three days, and read the connection instead of trusting the order.
 */
public sealed interface WebhookEvent {

  /**
   * What every event has.
   *
   * @return its head
   */
  Head head();

  /**
   * What every event has.
   *
   * @param webhookId  the same for every delivery of this event
   * @param type       what happened, in the proxy's word
   * @param happenedAt when
   * @param workspace  the id of the workspace
   */
  record Head(String webhookId, String type, Instant happenedAt, String workspace) {
    /** Checks that nothing is missing. */
    public Head {
      Objects.requireNonNull(webhookId, "webhookId");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(happenedAt, "happenedAt");
      Objects.requireNonNull(workspace, "workspace");
    }
  }

  /**
   * Which connection an event is about.
   *
   * @param connection  its id
   * @param integration the id of its integration
   * @param provider    the slug of its provider
   * @param endUser     whose it is; null when the connection is gone or the person erased
   */
  record Subject(ConnectionId connection, String integration, String provider, @Nullable EndUserId endUser) {}

  /** An event about a connection. */
  sealed interface OfConnection extends WebhookEvent {
    /**
     * Which one.
     *
     * @return the connection
     */
    Subject subject();
  }

  /**
   * A connection was made, by an end user or by import.
   *
   * @param head    what every event has
   * @param subject which connection
   */
  record Created(Head head, Subject subject) implements OfConnection {}

  /**
   * Something of a connection changed.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param change  {@code metadata}, {@code credential} or {@code grant}, in the proxy's word
   */
  record Updated(Head head, Subject subject, String change) implements OfConnection {}

  /**
   * The provider no longer accepts the grant: the end user has to connect again.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param reason  a registered code; null: none
   */
  record ReauthRequired(Head head, Subject subject, @Nullable String reason) implements OfConnection {}

  /**
   * A grant ends on a date that only the end user can move.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param dueAt   when
   * @param reason  which limit ends it
   */
  record ReauthUpcoming(Head head, Subject subject, Instant dueAt, DueReason reason) implements OfConnection {}

  /**
   * A key, bearer token or password is to be replaced. It works on, overdue or not.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param dueAt   when
   * @param overdue whether it has come to that
   * @param reason  what makes it due
   */
  record RotationDue(Head head, Subject subject, Instant dueAt, boolean overdue, DueReason reason) implements OfConnection {}

  /**
   * Refreshing fails for now; told for the first failure in a row.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param reason  a registered code; null: none
   */
  record RefreshFailed(Head head, Subject subject, @Nullable String reason) implements OfConnection {}

  /**
   * The end of a failure that was told.
   *
   * @param head    what every event has
   * @param subject which connection
   */
  record Recovered(Head head, Subject subject) implements OfConnection {}

  /**
   * A connection was ended, by whomever.
   *
   * @param head    what every event has
   * @param subject which connection
   */
  record Disconnected(Head head, Subject subject) implements OfConnection {}

  /**
   * A connection was deleted with its person, who is not named.
   *
   * @param head    what every event has
   * @param subject which connection
   * @param erasure the erasure
   */
  record Erased(Head head, Subject subject, ErasureId erasure) implements OfConnection {}

  /**
   * An operator tried the endpoint out. Nothing happened.
   *
   * @param head     what every event has
   * @param endpoint the id of the endpoint
   */
  record Test(Head head, String endpoint) implements WebhookEvent {}

  /**
   * A type that this version does not know, or a member of a known one that has another form. Answer it with success and leave it.
   *
   * @param head what every event has
   * @param body the event as it came, JSON
   */
  record Unknown(Head head, String body) implements WebhookEvent {}
}
