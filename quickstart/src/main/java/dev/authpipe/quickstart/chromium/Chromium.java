package dev.authpipe.quickstart.chromium;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.authpipe.testkit.ScratchDirectory;

/**
 * One running Chromium without a window, with a directory of its own that goes with it. Its names and addresses lead to loopback or nowhere.
 * Ends the process that it started, and no other.
 */
public final class Chromium implements AutoCloseable {
  /** Where Debian's package puts it. */
  public static final Path USUAL = Path.of("/usr/bin/chromium");

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final String PORT_FILE = "DevToolsActivePort";

  private final Process process;
  private final Path directory;
  private final DevTools devTools;
  /** For a program that is interrupted: no browser is to outlive it. */
  private final Thread lastChance;

  private Chromium(Process process, Path directory, DevTools devTools) {
    this.process = process;
    this.directory = directory;
    this.devTools = devTools;
    this.lastChance = new Thread(() -> {
      process.destroy();
      end(process);
      remove(directory);
    }, "authpipe-chromium-cleaner");
  }

  /**
   * Starts one.
   *
   * @param program the browser's program
   * @throws BrowserException when it does not start within 30 seconds
   * @throws IOException      when there is no such program, or no room for its directory
   */
  public static Chromium start(Path program) throws IOException {
    Path directory = Files.createTempDirectory("authpipe-chromium-");
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
        "--disable-popup-blocking", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows", "--remote-debugging-port=0", "--user-data-dir=" + directory,
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE [::1]"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--no-sandbox"); // Chromium does not start as root with it
    }
    command.add("about:blank");
    Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      Chromium started = new Chromium(process, directory, new DevTools(address(process, directory.resolve(PORT_FILE))));
      Runtime.getRuntime().addShutdownHook(started.lastChance);
      return started;
    } catch (RuntimeException | IOException failed) {
      process.destroy();
      end(process);
      remove(directory);
      throw failed;
    }
  }

  private static URI address(Process process, Path file) throws IOException {
    long until = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < until && process.isAlive()) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() >= 2) {
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
      }
      Pause.brief();
    }
    throw new BrowserException("Chromium did not start");
  }

  /** Somebody's browser: cookies and stores of its own. */
  public Profile profile() {
    String context = devTools.call(null, "Target.createBrowserContext", Map.of()).path("browserContextId").asText();
    return new Profile(devTools, context);
  }

  @Override
  public void close() {
    try {
      devTools.send(null, "Browser.close", Map.of()).get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception refused) {
      if (refused instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
    devTools.close();
    end(process);
    remove(directory);
    try {
      Runtime.getRuntime().removeShutdownHook(lastChance);
    } catch (IllegalStateException ending) {
      // Then it runs, and finds nothing left to do.
    }
  }

  private static void end(Process process) {
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** A file that the browser is still removing itself is no reason to fail. */
  private static void remove(Path directory) {
    try {
      ScratchDirectory.remove(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException("the browser's directory could not be removed", failure);
    }
  }
}
