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
        new EgressSettings(List.of(), List.of(), trusted, Set.of(standIns), Duration.ofSeconds(5), 4, Duration.ofSeconds(1), 8),
        NameResolver.PLATFORM));
  }

  /** What a network fault looks like before a byte of the request left, or after. */
  public static OutboundException broken(boolean sent) {
    return sent
        ? new OutboundException(OutboundException.Failure.BROKEN, OutboundException.Sent.MAYBE_SENT)
        : new OutboundException(OutboundException.Failure.UNREACHABLE, OutboundException.Sent.NOT_SENT);
  }
}
