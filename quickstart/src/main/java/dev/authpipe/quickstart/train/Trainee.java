package dev.authpipe.quickstart.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The proxy that is being trained: a process as the launcher starts it, with its class path and JVM options, which writes the cache as it ends. It
 * gets no variable of the environment, and so no setting of the operator's.
 */
final class Trainee implements AutoCloseable {
  private static final int STOP_SECONDS = 120;

  private final Process process;

  private Trainee(Process process) {
    this.process = process;
  }

  /** Starts it and waits until it listens. */
  static Trainee start(TrainingGround ground, Path cache, String classPath, List<String> options, Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(options);
    command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-cp", classPath,
        TrainedProxy.class.getName(), ground.settings().toString(), TrainingGround.PROVIDER_ORIGIN,
        ground.provider().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().clear();
    Trainee trainee = new Trainee(builder.start());
    if (!trainee.listens()) {
      trainee.close();
      throw new IOException("the proxy did not start; its log is " + log);
    }
    return trainee;
  }

  private boolean listens() throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(TrainedProxy.READY)) {
        Thread.ofVirtual().name("training-output").start(() -> drain(output)); // the JVM tells of each class that it leaves out
        return true;
      }
    }
    return false;
  }

  private static void drain(BufferedReader output) {
    try (output) {
      output.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // with the process
    }
  }

  /** Lets it stop and waits for the cache. */
  void stop() throws IOException, InterruptedException {
    process.outputWriter().close();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the proxy wrote no cache within " + STOP_SECONDS + " s");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
