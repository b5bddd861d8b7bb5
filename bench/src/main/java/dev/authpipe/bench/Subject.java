package dev.authpipe.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;

/**
 * The proxy as it ships, in a process of its own, with three differences that its command line has no words for: providers stand on loopback,
 * {@link HelloRoute} is on the class path, and the wall time may be set ahead. Lives until its input ends or it is told to stop.
 */
final class Subject {
  private Subject() {}

  /**
   * Starts it and says where it listens.
   *
   * @param args the settings file, event loops (0: as many as the server takes by itself), then provider origins and where they really are
   */
  public static void main(String[] args) throws IOException {
    Map<URI, URI> standIns = new HashMap<>();
    for (int i = 2; i + 1 < args.length; i += 2) {
      standIns.put(URI.create(args[i]), URI.create(args[i + 1]));
    }
    int loops = Integer.parseInt(args[1]);
    Map<String, Object> properties = loops == 0 ? Map.of() : Map.of("micronaut.netty.event-loops.default.num-threads", loops);
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.parse(System.getProperty("bench.ahead", "PT0S")));
    ProxyServer server = ProxyServer.start(Path.of(args[0]), new ProxyOptions(standIns, clock, null, properties));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    System.out.println("listening " + server.api() + " " + server.connect() + " " + server.management());
    int next;
    do {
      next = System.in.read();
    } while (next >= 0);
    Runtime.getRuntime().exit(0);
  }
}
