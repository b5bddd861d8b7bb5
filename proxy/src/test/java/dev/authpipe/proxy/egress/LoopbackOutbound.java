package dev.authpipe.proxy.egress;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The real way out with local origins allowed, for the tests of rooms that use it. */
public final class LoopbackOutbound {
  private LoopbackOutbound() {}

  /** May reach these origins without TLS, and nothing else on loopback. */
  public static DirectOutbound to(URI... origins) {
    return new DirectOutbound(new Dialer(
        new EgressSettings(List.of(), List.of(), List.of(), Set.of(origins), Duration.ofSeconds(5), 4, Duration.ofSeconds(1), 8),
        NameResolver.PLATFORM));
  }
}
