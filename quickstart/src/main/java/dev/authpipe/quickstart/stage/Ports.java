package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import dev.authpipe.testkit.FreePorts;

/**
 * The ports of the demonstration. Both planes must know their ports before they start, since a random one would put a route on the wrong
 * listener.
 *
 * @param api               the proxy's API listener
 * @param connect           the proxy's connect listener
 * @param management        the proxy's management listener
 * @param sample            the sample application
 * @param dashboard         the control plane's dashboard listener
 * @param link              the control plane's link listener
 * @param controlManagement the control plane's management listener
 * @param example           where somebody may start another application beside these; nothing of the demonstration listens there
 */
public record Ports(int api, int connect, int management, int sample, int dashboard, int link, int controlManagement,
    int example) {
  private static final Ports USUAL = new Ports(8400, 8401, 8402, 8410, 8500, 8501, 8502, 8600);
  private static final int COUNT = 8;

  /** The ports of the documentation where they are free, and others where they are not. */
  public static Ports usual() throws IOException {
    for (int port : USUAL.own()) {
      try (ServerSocket probe = new ServerSocket(port, 1, loopback())) {
        probe.setReuseAddress(true);
      } catch (IOException taken) {
        return free();
      }
    }
    return USUAL;
  }

  /** Ports that nobody else is given. */
  public static Ports free() {
    List<Integer> ports = FreePorts.next(COUNT);
    return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4), ports.get(5), ports.get(6),
        ports.get(7));
  }

  private List<Integer> own() {
    return List.of(api, connect, management, sample, dashboard, link, controlManagement);
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
  }
}
