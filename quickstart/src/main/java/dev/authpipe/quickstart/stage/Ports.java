package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The four ports of the demonstration. The proxy must know its ports before it starts, since a random one would put a route on the wrong
 * listener.
 *
 * @param api        the proxy's API listener
 * @param connect    the proxy's connect listener
 * @param management the proxy's management listener
 * @param sample     the sample application
 */
public record Ports(int api, int connect, int management, int sample) {
  private static final Ports USUAL = new Ports(8400, 8401, 8402, 8410);

  /** The ports of the documentation where they are free, and others where they are not. */
  public static Ports usual() throws IOException {
    for (int port : List.of(USUAL.api, USUAL.connect, USUAL.management, USUAL.sample)) {
      try (ServerSocket probe = new ServerSocket(port, 1, loopback())) {
        probe.setReuseAddress(true);
      } catch (IOException taken) {
        return free();
      }
    }
    return USUAL;
  }

  /** Four ports that were free a moment ago. */
  public static Ports free() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        held.add(new ServerSocket(0, 1, loopback()));
      }
      return new Ports(held.get(0).getLocalPort(), held.get(1).getLocalPort(), held.get(2).getLocalPort(),
          held.get(3).getLocalPort());
    } finally {
      for (ServerSocket each : held) {
        each.close();
      }
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
  }
}
