package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.authpipe.proxy.ops.AuthpipeCommand;

/** An operator's command in a process of its own, which can be killed. */
final class OperatorProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path out;
  private final Path err;

  private OperatorProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Begins a command with these settings. */
  static OperatorProcess start(Path settings, String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1"));
      command.addAll(StartImage.options());
      command.add(AuthpipeCommand.class.getName());
      command.addAll(List.of(arguments));
      command.addAll(List.of("--config", settings.toString()));
      Path out = Files.createTempFile(settings.getParent(), "command", ".out");
      Path err = Files.createTempFile(settings.getParent(), "command", ".err");
      return new OperatorProcess(
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What it has said on standard output. */
  String out() {
    return read(out);
  }

  /** What it has said beside that. */
  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Whether it runs no more. */
  boolean hasEnded() {
    return !process.isAlive();
  }

  /** Waits for its end; its exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the command does not end");
      }
      return process.exitValue();
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
  }

  /** SIGKILL: nothing of the process runs any more when this returns. */
  void kill() {
    process.destroyForcibly();
    int code = awaitEnd();
    if (code == 0) {
      throw new AssertionError("the command had ended before it was killed");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
