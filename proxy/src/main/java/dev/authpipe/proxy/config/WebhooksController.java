package dev.authpipe.proxy.config;

import java.util.List;
import java.util.Locale;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.notify.Deliveries;
import dev.authpipe.proxy.notify.Delivery;
import dev.authpipe.wire.DeliveryId;

/** Shows what is on its way to the application's webhook endpoints, and sends what died once more. Never shows a body or a signing secret. */
@Controller("/v1/webhooks/deliveries")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhooksController {
  private static final int MOST = 200;

  private final Deliveries deliveries;

  WebhooksController(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  @Get
  @Secured("config:write")
  @Operation(operationId = "listWebhookDeliveries", summary = "List webhook deliveries", description = "Scope `config:write`. Newest first; `limit` 1 to 200, usually 50; `status` is `pending`, `delivered` or `dead`.")
  DeliveryView.Page list(@Parameter(hidden = true) Caller caller, @QueryValue @Nullable String status,
      @QueryValue @Nullable Integer limit, @QueryValue @Nullable String cursor) {
    int most = limit == null ? 50 : limit;
    if (most < 1 || most > MOST) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "limit is 1 to " + MOST + ".");
    }
    DeliveryId after;
    try {
      after = cursor == null ? null : DeliveryId.parse(cursor);
    } catch (IllegalArgumentException wrong) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "cursor is the next_cursor of a page of this list.");
    }
    List<Delivery> found = deliveries.list(caller.workspace(), new Deliveries.Filter(state(status), caller.integrations()), after,
        most + 1);
    List<DeliveryView> shown = found.stream().limit(most).map(DeliveryView::of).toList();
    return new DeliveryView.Page(shown, found.size() > most ? shown.getLast().id() : null);
  }

  @Post("/{id}/replay")
  @Status(HttpStatus.ACCEPTED)
  @Secured("config:write")
  @Operation(operationId = "replayWebhookDelivery", summary = "Replay a webhook delivery", description = "Scope `config:write`. Sends the event once more, whatever became of it, under the same `webhook-id`, and tries for three days.")
  DeliveryView replay(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id) {
    try {
      return deliveries.replay(caller.workspace(), DeliveryId.parse(id), new Deliveries.Filter(null, caller.integrations()),
          caller.actor(), RequestIds.of(request)).map(DeliveryView::of)
          .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  private static Delivery.@Nullable State state(@Nullable String status) {
    if (status == null) {
      return null;
    }
    for (Delivery.State state : Delivery.State.values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(status)) {
        return state;
      }
    }
    throw new ProblemException(ErrorCode.INVALID_REQUEST, "status is pending, delivered or dead.");
  }
}
