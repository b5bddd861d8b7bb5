package dev.authpipe.examples.tryout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An example as its README starts it, in a process of its own, with its output in {@code target}. */
final class Example implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Process process;
  private final int port;
  private final Path output;

  private Example(Process process, int port, Path output) {
    this.process = process;
    this.port = port;
    this.output = output;
  }

  static Example java(String name, int port, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(arguments);
    return started(name, port, command);
  }

  static Example started(String name, int port, List<String> command) throws IOException {
    Path output = Path.of("target", name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Example example = new Example(builder.start(), port, output);
    try {
      await(name).atMost(START).pollInterval(Duration.ofMillis(100)).until(example::listens);
    } catch (RuntimeException | Error failure) {
      example.close();
      failure.addSuppressed(new IllegalStateException(Files.readString(output)));
      throw failure;
    }
    return example;
  }

  private boolean listens() {
    assertThat(process.isAlive()).as("the example runs").isTrue();
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Everything that it has printed. */
  String printed() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
