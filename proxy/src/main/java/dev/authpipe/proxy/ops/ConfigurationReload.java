package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.ConfigurationLoader;
import dev.authpipe.proxy.db.StoreUnavailableException;

/**
 * Looks at the settings file and its secret files for changes and brings workspaces and integrations into force without a restart. A wrong
 * file changes nothing: the last good configuration stays, in memory and as a copy on disk. Deployment settings never change while running.
 */
@Singleton
final class ConfigurationReload {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationReload.class);

  /** What became of one look. */
  enum Outcome {
    UNCHANGED,
    APPLIED,
    REFUSED,
    UNAVAILABLE
  }

  private final ConfigurationLoader loader;
  private final Deployment started;
  private final MeterRegistry meters;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable String seen;

  ConfigurationReload(ConfigurationLoader loader, Deployment started, MeterRegistry meters) {
    this.loader = loader;
    this.started = started;
    this.meters = meters;
    count(Outcome.APPLIED, 0);
    count(Outcome.REFUSED, 0);
  }

  /** Brings the configuration of the start into force. */
  synchronized void first(Deployment deployment) {
    try {
      String fingerprint = fingerprint();
      loader.load(deployment.root());
      seen = fingerprint;
      keepCopy();
    } catch (ConfigurationException wrong) {
      Path copy = copy();
      String hint = Files.exists(copy) ? " (the last good copy is " + copy + ")" : "";
      throw new ConfigurationException(wrong.getMessage() + hint, wrong);
    }
  }

  /** Starts looking, on a virtual thread. */
  void watch() {
    Thread.ofVirtual().name("configuration-reload").start(this::lookUntilStopped);
  }

  /** Looks once. */
  synchronized Outcome look() {
    String fingerprint = fingerprint();
    if (fingerprint.equals(seen)) {
      return Outcome.UNCHANGED;
    }
    try {
      Deployment next = Deployment.read(started.file(), System.getenv());
      List<String> fixed = started.values().changedFrom(next.values());
      loader.load(next.root());
      seen = fingerprint;
      keepCopy();
      count(Outcome.APPLIED, 1);
      LOG.info("the configuration was reloaded");
      if (!fixed.isEmpty()) {
        LOG.warn("these settings changed and need a restart: {}", fixed);
      }
      return Outcome.APPLIED;
    } catch (ConfigurationException wrong) {
      LOG.error("the changed configuration was refused and the last good one stays in force: {}", wrong.getMessage());
      seen = fingerprint;
      count(Outcome.REFUSED, 1);
      loader.refused();
      return Outcome.REFUSED;
    } catch (StoreUnavailableException later) {
      LOG.warn("the changed configuration waits for the store");
      return Outcome.UNAVAILABLE;
    }
  }

  @PreDestroy
  void stop() {
    stopped.countDown();
  }

  /** Both outcomes are there from the start, so that an alert can be built before the first refusal. */
  private void count(Outcome outcome, int times) {
    Counter.builder("authpipe.configuration.reloads").tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .description("Changed configurations that were brought into force, or refused").register(meters).increment(times);
  }

  private void lookUntilStopped() {
    long pause = started.values().get(Settings.RELOAD_INTERVAL).toMillis();
    try {
      while (!stopped.await(pause, TimeUnit.MILLISECONDS)) {
        try {
          look();
        } catch (RuntimeException failure) {
          LOG.error("the configuration could not be reloaded; the last good one stays in force", failure);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The file's content, and size and time of every file it refers to, so that a changed secret is noticed without reading it here. */
  private String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] content = read(started.file());
      digest.update(content);
      for (Path file : References.in(started.file(), content)) {
        digest.update(file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(16).putLong(Files.exists(file) ? Files.size(file) : -1)
            .putLong(Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : -1).array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException vanished) {
      return "unreadable";
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  private static byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  private Path copy() {
    return started.values().get(Settings.DATA_DIRECTORY).resolve("last-good-authpipe.yaml");
  }

  private void keepCopy() {
    Path copy = copy();
    try {
      Files.createDirectories(copy.toAbsolutePath().getParent());
      Path fresh = copy.resolveSibling(copy.getFileName() + ".new");
      Files.copy(started.file(), fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      LOG.warn("no copy of the last good configuration could be kept in data_directory {}", copy.getParent());
    }
  }
}
