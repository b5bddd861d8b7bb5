package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.testkit.EmbeddedDatabases;

/** What a start does, and how often. */
class StartTest {
  private static final int ROUND_TRIPS = 2 * 2;
  private static final int DEPLOYMENT_KEYS = 4;

  @TempDir
  Path directory;

  @Test
  @Tag("S93")
  void theKeksThatServeAreThoseThatWereChecked() {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path settings = ProxyFiles.write(directory, stores, "");
      RunningProxy.start(settings, Map.of()).close(); // makes the keys
      try (RunningProxy proxy = RunningProxy.start(settings, Map.of())) {
        assertThat(proxy.bean(KekRegistry.class).calls()).isEqualTo(ROUND_TRIPS + DEPLOYMENT_KEYS);
      }
    }
  }

  /** The second KEK is asked by nothing else in a start: without the check, nobody would notice until a client secret is needed. */
  @Test
  @Tag("S93")
  void nothingIsServedBeforeTheChecksBesideTheStartHavePassed() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path settings = ProxyFiles.write(directory, stores, "");
      Files.setPosixFilePermissions(directory.resolve("client-secrets.kek"), PosixFilePermissions.fromString("rw-r--r--"));

      assertThatThrownBy(() -> RunningProxy.start(settings, Map.of()).close()).isInstanceOf(StartupException.class)
          .hasMessageContaining("the KEK client-secrets refuses");
    }
  }

  @Test
  void whatACheckThrowsIsWhatTheStartThrows() {
    StartupException told = new StartupException("the store is away");
    StartCheck failed = StartCheck.begin("store", () -> {
      throw told;
    });
    StartCheck fatal = StartCheck.begin("store", () -> {
      throw new AssertionError("broken");
    });

    assertThatThrownBy(failed::demand).isSameAs(told);
    assertThatThrownBy(fatal::demand).isInstanceOf(AssertionError.class);
    StartCheck.begin("store", () -> {}).demand();
  }

  @Test
  void eachStepIsTimedFromTheEndOfTheOneBefore() {
    long[] readings = {0, 5_000_000, 12_400_000};
    int[] next = {0};
    Ticker ticker = () -> readings[next[0]++];
    StartTimes times = new StartTimes(ticker);
    times.done("settings");
    times.done("stores");

    assertThat(times).hasToString("settings 5 ms, stores 7 ms");
  }
}
