package dev.authpipe.sdk.event;

/**
 * How far an event has come on its way to an endpoint. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record DeliveryStatus(String value) {

  /** It is tried. */
  public static final DeliveryStatus PENDING = new DeliveryStatus("pending");
  /** The endpoint took it. */
  public static final DeliveryStatus DELIVERED = new DeliveryStatus("delivered");
  /** It was given up; it can be replayed. */
  public static final DeliveryStatus DEAD = new DeliveryStatus("dead");

  /** Checks that there is one. */
  public DeliveryStatus {
    if (value.isBlank() || value.length() > 100) {
      throw new IllegalArgumentException("a word has 1 to 100 characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
