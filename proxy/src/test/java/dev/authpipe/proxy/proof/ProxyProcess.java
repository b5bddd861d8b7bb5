package dev.authpipe.proxy.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;

/**
 * A proxy in a process of its own, which can be killed. It ends with this test run in any case: at the end of its standard input it stops by
 * itself.
 */
public final class ProxyProcess implements AutoCloseable {
  private static final String READY = "proof: ready ";
  private static final String BRISK = "authpipe.proof.brisk";

  private final Process process;
  private final ProxyAddresses addresses;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private ProxyProcess(Process process, ProxyAddresses addresses) {
    this.process = process;
    this.addresses = addresses;
  }

  /** Starts a proxy and waits until it answers. */
  static ProxyProcess start(Path settings, Map<URI, URI> standIns) {
    return start(settings, standIns, "", false);
  }

  /**
   * Starts a proxy whose threads stand still for good where one asks for the time in this method.
   *
   * @param stop simple name of a class, a dot, name of a method; empty: nowhere
   */
  static ProxyProcess start(Path settings, Map<URI, URI> standIns, String stop) {
    return start(settings, standIns, stop, false);
  }

  /** One that is brisk speaks with its control plane, and goes on with what it began, several times a second. */
  public static ProxyProcess start(Path settings, Map<URI, URI> standIns, boolean brisk) {
    return start(settings, standIns, "", brisk);
  }

  /** How one is started, with these options of the JVM first. */
  static ProcessBuilder builder(List<String> options, Path settings, Map<URI, URI> standIns, String stop, boolean brisk) {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "-D" + StoppingClock.PROPERTY + "=" + stop, "-D" + BRISK + "=" + brisk));
    command.addAll(options);
    command.addAll(List.of(Child.class.getName(), settings.toString()));
    standIns.forEach((origin, local) -> command.addAll(List.of(origin.toString(), local.toString())));
    return new ProcessBuilder(command);
  }

  private static ProxyProcess start(Path settings, Map<URI, URI> standIns, String stop, boolean brisk) {
    try {
      Process process = builder(StartImage.options(), settings, standIns, stop, brisk)
          .redirectError(settings.resolveSibling("stderr.log").toFile()).start();
      BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(READY)) {
          String[] at = line.substring(READY.length()).split(" ", -1);
          ProxyProcess proxy = new ProxyProcess(process,
              new ProxyAddresses(URI.create(at[0]), URI.create(at[1]), URI.create(at[2])));
          Thread.ofVirtual().start(() -> proxy.drain(output));
          return proxy;
        }
      }
      List<String> said = Files.readAllLines(settings.resolveSibling("stderr.log"));
      throw new AssertionError("the proxy process ended before it was ready: " + (said.isEmpty() ? "" : said.getLast()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public ProxyAddresses addresses() {
    return addresses;
  }

  /** SIGKILL: nothing of the process runs any more when this returns. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the process does not die");
      }
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Waits until a thread of it stands still. */
  void awaitStopped() {
    try {
      if (!stopped.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the process did not come to where it was to stop");
      }
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
  }

  private void drain(BufferedReader output) {
    try {
      output.lines().filter(StoppingClock.STOPPED::equals).forEach(_ -> stopped.countDown());
    } catch (UncheckedIOException ended) {
      // the process was killed while it was writing
    }
  }

  /** What runs in the process. */
  static final class Child {
    private Child() {}

    /**
     * Starts a proxy and lives until its input ends.
     *
     * @param args the settings file, then provider origins and where they really are
     */
    public static void main(String[] args) throws IOException {
      Map<URI, URI> standIns = new java.util.HashMap<>();
      for (int i = 1; i + 1 < args.length; i += 2) {
        standIns.put(URI.create(args[i]), URI.create(args[i + 1]));
      }
      ProxyServer server = ProxyServer.start(Path.of(args[0]), new ProxyOptions(standIns, new StoppingClock(), null,
          Boolean.getBoolean(BRISK) ? Map.of("authpipe.link.times", brisk()) : Map.of()));
      System.out.println(READY + server.api() + " " + server.connect() + " " + server.management());
      int next;
      do {
        next = System.in.read();
      } while (next >= 0);
      Runtime.getRuntime().halt(0);
    }

    private static LinkTimes brisk() {
      return LinkTimes.usual().with(LinkTime.HOLD, Duration.ZERO).with(LinkTime.POLL, Duration.ofMillis(100))
          .with(LinkTime.REPORTS, Duration.ofMillis(100)).with(LinkTime.LOOK, Duration.ofMillis(100))
          .with(LinkTime.STEPS, Duration.ofMillis(100)).with(LinkTime.LEAST_PAUSE, Duration.ofMillis(50))
          .with(LinkTime.MOST_PAUSE, Duration.ofMillis(400));
    }
  }
}
