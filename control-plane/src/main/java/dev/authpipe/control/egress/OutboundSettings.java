package dev.authpipe.control.egress;

import java.util.Set;

/**
 * Where the control plane may connect to besides public addresses over TLS.
 *
 * @param privateHosts  exact host names or literal addresses that may be private
 * @param plainLoopback whether a private host that is a literal loopback address may be spoken to without TLS; development only
 */
public record OutboundSettings(Set<String> privateHosts, boolean plainLoopback) {
  /** Copies the set. */
  public OutboundSettings {
    privateHosts = Set.copyOf(privateHosts);
  }
}
