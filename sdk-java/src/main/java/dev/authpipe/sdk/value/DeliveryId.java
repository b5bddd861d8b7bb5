package dev.authpipe.sdk.value;

/**
 * The id of one event's way to one webhook endpoint.
 *
 * @param value a TypeID that starts with {@code dlv_}
 */
public record DeliveryId(String value) {

  /** Checks length and characters. */
  public DeliveryId {
    Words.requireTypeId(value, "dlv_");
  }

  @Override
  public String toString() {
    return value;
  }
}
