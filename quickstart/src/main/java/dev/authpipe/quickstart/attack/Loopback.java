package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The only network there is for the attacks. Names are compared as they are written: none is looked up. */
final class Loopback {
  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final int FIRST = 11;
  private static final int LAST = 250;
  private static final AtomicInteger NEXT = new AtomicInteger(FIRST);

  private Loopback() {}

  static boolean is(URI address) {
    return address.getHost() != null && HOSTS.contains(address.getHost()) && address.getRawUserInfo() == null
        && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
  }

  /** The same address, if it is on loopback. */
  static URI require(URI address) {
    if (!is(address)) {
      throw new UnfitTargetException("only a demo on this machine may be attacked, and the target "
          + (address.getHost() == null ? "is no address on loopback" : "leads to " + address.getHost()));
    }
    return address;
  }

  /**
   * Another address to come from, so that the limit of requests per address is not met by what is no attack on it. Empty where the system
   * has only one.
   */
  static Optional<InetAddress> source() {
    int last = NEXT.getAndUpdate(number -> number >= LAST ? FIRST : number + 1);
    try (ServerSocket probe = new ServerSocket()) {
      InetAddress address = InetAddress.getByAddress(new byte[]{127, 0, 0, (byte) last});
      probe.bind(new InetSocketAddress(address, 0));
      return Optional.of(address);
    } catch (IOException only) {
      return Optional.empty();
    }
  }
}
