package dev.authpipe.quickstart.train;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;

/**
 * What runs in the process that is trained: the proxy as its command runs it, but that the provider is a stand-in, which no settings file can say.
 * Ends with its input, so that it never outlives who trains it.
 */
final class TrainedProxy {
  /** What it prints when it listens. */
  static final String READY = "training: listening";

  private TrainedProxy() {}

  /**
   * Runs it.
   *
   * @param args the settings file, the provider's origin, and where it really is
   */
  public static void main(String[] args) throws IOException {
    AuthpipeCommand.run(System.in, new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8), System.err,
        "proxy", "--help");
    ProxyServer server = ProxyServer.start(Path.of(args[0]),
        new ProxyOptions(Map.of(URI.create(args[1]), URI.create(args[2])), null, null, Map.of()));
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // until whoever trains it closes the input
    }
    server.close();
    System.exit(0);
  }
}
