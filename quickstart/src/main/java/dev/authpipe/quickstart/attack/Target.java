package dev.authpipe.quickstart.attack;

import java.net.URI;

/**
 * The sample application that is attacked. What belongs to it, it names itself: the connect pages and the provider.
 *
 * @param address its origin, on loopback, without a slash at its end
 */
public record Target(URI address) {
  /** Where it wants to be returned to. */
  static final String RETURN_PATH = "/connected";

  /** Refuses what is not on loopback. */
  public Target {
    Loopback.require(address);
    String path = address.getRawPath();
    if ((!path.isEmpty() && !path.equals("/")) || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw new UnfitTargetException("the target is the address of a sample application, without a path");
    }
    address = URI.create(Addresses.origin(address));
  }

  URI at(String path) {
    return address.resolve(path);
  }

  /** Whether an address is the application's return page with a finish code: what an attacker wants to see. */
  boolean isReturn(URI other) {
    return Addresses.origin(other).equals(address.toString()) && RETURN_PATH.equals(other.getRawPath());
  }
}
