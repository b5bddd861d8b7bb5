package dev.authpipe.sdk;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.event.DeliveryStatus;
import dev.authpipe.sdk.event.WebhookDelivery;
import dev.authpipe.sdk.value.DeliveryId;

/** What became of the events that the proxy sends to webhook endpoints. Scope {@code config:write}. Never shows an event's body. */
public final class WebhookDeliveries {

  private static final String ALL = "/v1/webhooks/deliveries";

  private final Exchange exchange;

  WebhookDeliveries(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Lists deliveries, newest first, page after page, while it is being walked.
   *
   * @param status only those; null: all
   * @return the deliveries
   */
  public Listing<WebhookDelivery> list(@Nullable DeliveryStatus status) {
    return Pages.listing(exchange, ApiCall.repeatable("GET", ALL).with(new Query().addIf("status", status)),
        OperatorAnswers::webhookDelivery);
  }

  /**
   * Sends an event once more, whatever became of it, under the same {@code webhook-id}.
   *
   * @param delivery which one
   * @return the delivery as it is now
   */
  public WebhookDelivery replay(DeliveryId delivery) {
    return OperatorAnswers.webhookDelivery(exchange.call(ApiCall.once("POST", ALL + "/" + delivery + "/replay")));
  }
}
