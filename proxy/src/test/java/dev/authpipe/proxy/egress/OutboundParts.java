package dev.authpipe.proxy.egress;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The real way out, for tests of other rooms. */
public final class OutboundParts {
  private OutboundParts() {}

  /** One that may also reach these local origins. */
  public static DirectOutbound to(URI... standIns) {
    List<Path> trusted = List.of();
    return new DirectOutbound(new Dialer(
        new EgressSettings(List.of(), List.of(), trusted, Set.of(standIns), Duration.ofSeconds(5), 4, Duration.ofSeconds(1)),
        NameResolver.PLATFORM));
  }
}
