package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.egress.DirectOutbound;
import dev.authpipe.proxy.egress.OutboundParts;
import dev.authpipe.proxy.refresh.InterleavedCounts.What;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.refresh.SteppedProvider.Fate;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.RevocationReach;

/**
 * Schedules in which three replicas refresh and disconnect one connection, step by step in an order that a seed decides, are killed
 * between any two of them and start again, wait while their leases lapse, and lose answers. The classes are the real ones, on real PostgreSQL
 * and a real journal; what moves between the steps is decided here. {@code -Dseeds=} plays so many for each mode, {@code -Dseed=} plays one.
 */
@Tag("S54")
class InterleavedRefreshTest {
  private static final int SEEDS = Integer.getInteger("seeds", 700);
  private static final Logger FLIGHTS = (Logger) LoggerFactory.getLogger(Flights.class);
  private static final FaultLedger LEDGER = FaultLedger.of(InterleavedRefreshTest.class);
  private static final int REPLICAS = 3;

  @BeforeAll
  static void expectKills() {
    FLIGHTS.setLevel(Level.OFF); // a flight that is killed says so
  }

  @AfterAll
  static void expectNone() {
    FLIGHTS.setLevel(null);
  }

  @Test
  void whateverTheOrderNothingIsLostAndNothingIsCalledTwice() throws InterruptedException, ExecutionException {
    try (ExecutorService lanes = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("lane-", 0).factory())) {
      Map<Rotation, Future<InterleavedCounts>> played = new EnumMap<>(Rotation.class);
      for (Rotation rotation : Rotation.values()) {
        played.put(rotation, lanes.submit(() -> play(rotation)));
      }
      for (Map.Entry<Rotation, Future<InterleavedCounts>> one : played.entrySet()) {
        Rotation rotation = one.getKey();
        InterleavedCounts counts = one.getValue().get();
        if (Long.getLong("seed") == null && SEEDS >= 100) {
          LEDGER.write("INTERLEAVED " + rotation + " " + counts);
          assertThat(
              Stream.of(What.KILL, What.LAPSE, What.DISCONNECT, What.KEPT, What.ENDED, Fate.ANSWER_DROPPED, Fate.UNAVAILABLE))
              .as("injected").allSatisfy(what -> assertThat(counts.of(what)).as(what.name()).isPositive());
          assertThat(counts.of(What.CONCEDED)).isLessThan(counts.of(What.KEPT) / 2);
        }
      }
    }
  }

  private static InterleavedCounts play(Rotation rotation) throws SQLException, IOException {
    InterleavedCounts counts = new InterleavedCounts();
    Path directory = Files.createTempDirectory(inMemory(), "interleaved");
    Interleaving steps = new Interleaving();
    ManualNanos nanos = new ManualNanos();
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Stage stage = new Stage(Scene.of(rotation), stores);
        DirectOutbound real = OutboundParts.to(stage.origin());
        Connection store = stores.superuser(Store.VAULT).getConnection()) {
      stage.provider.revocationReach(RevocationReach.TOKEN); // nothing ends but what was asked to
      SteppedProvider provider = new SteppedProvider(stage, real, steps);
      List<SteppedReplica> replicas = Stream.generate(() -> new SteppedReplica(stage, steps, provider, nanos)).limit(REPLICAS)
          .toList();
      for (long seed : seeds()) {
        play(new InterleavedSchedule(stage, rotation, steps, provider, replicas, store, nanos, counts, seed, directory), seed);
      }
      replicas.forEach(SteppedReplica::close);
    } finally {
      delete(directory);
    }
    return counts;
  }

  private static void play(InterleavedSchedule schedule, long seed) {
    try {
      schedule.play();
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("with -Dseed=" + seed + ", " + schedule.rotation() + "\n" + String.join("\n", schedule.story()),
          failure);
    }
  }

  private static long[] seeds() {
    Long one = Long.getLong("seed");
    return one == null ? LongStream.rangeClosed(1, SEEDS).toArray() : new long[]{one};
  }

  /** What the journals wait for is not what is tested here. */
  private static Path inMemory() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
