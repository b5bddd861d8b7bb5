package dev.authpipe.proxy.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.OpenStores;
import dev.authpipe.proxy.db.Database;

@Tag("S45")
class JobsTest {
  private static final JobSettings SETTINGS = new JobSettings(Duration.ofSeconds(1), Duration.ofMinutes(1),
      Duration.ofSeconds(10), Map.of());
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicInteger runs = new AtomicInteger();
  private OpenStores stores;
  private Jobs one;
  private Jobs two;

  @BeforeEach
  void open() {
    stores = new OpenStores();
    one = jobs();
    two = jobs();
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
    stores.close();
  }

  @Test
  void oneReplicaRunsADueJobAndTheLogSaysSo() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    two.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    lookUntilDone("completed_at");
    stores.move(Duration.ofSeconds(31));
    one.look();
    two.look();
    assertThat(types()).containsExactly("job.started", "job.completed");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aJobRunsAgainAfterItsInterval() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    lookUntilDone("completed_at");
    stores.asSuperuser(Store.VAULT, "update job set started_at = started_at - interval '1 hour'");
    await().until(() -> {
      stores.move(Duration.ofSeconds(31));
      one.look();
      return runs.get() == 2;
    });
  }

  @Test
  void whileOneReplicaRunsItTheOtherDoesNotAndTheLeaseIsProlonged() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    one.register("slow", Duration.ofHours(1), () -> {
      started.countDown();
      try {
        assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    });
    two.register("slow", Duration.ofHours(1), runs::incrementAndGet);
    one.look();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    stores.asSuperuser(Store.VAULT, "update job set lease_until = lease_until - interval '50 seconds'");
    stores.move(Duration.ofSeconds(31));
    one.look();
    two.look();
    assertThat(runs).hasValue(0);
    assertThat(stores.asSuperuser(Store.VAULT, "select (lease_until > now() + interval '30 seconds')::text from job"))
        .containsExactly("true");
    go.countDown();
    await().until(() -> types().contains("job.completed"));
  }

  @Test
  void aRunWhoseReplicaDiedCountsAsFailedAndIsRunElsewhere() {
    stores.asSuperuser(Store.VAULT,
        "insert into job (name, owner, started_at, lease_until) values ('purge', 'dead', now() - interval '2 minutes', now() - interval '1 minute')");
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    one.look();
    assertThat(types()).containsExactly("job.failed");
    assertThat(stores.events(Database.STORE).getFirst()).contains("\"reason\":\"lease_lapsed\"");
    stores.asSuperuser(Store.VAULT, "update job set failed_at = failed_at - interval '10 seconds'");
    stores.move(Duration.ofSeconds(31));
    lookUntilDone("completed_at");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aFailingJobIsTriedThreeMoreTimesThenLeftFailedUntilItsInterval() {
    one.register("broken", Duration.ofHours(1), () -> {
      runs.incrementAndGet();
      throw new IllegalStateException("with words that nobody may read");
    });
    for (int run = 1; run <= 4; run++) {
      int expected = run;
      one.look();
      await()
          .until(() -> stores.asSuperuser(Store.VAULT, "select failures::text from job").equals(List.of(String.valueOf(expected)))
              && gauge() == expected);
      stores.asSuperuser(Store.VAULT, "update job set failed_at = failed_at - interval '1 minute' * 10");
      stores.move(Duration.ofMinutes(1));
    }
    one.look();
    stores.move(Duration.ofMinutes(1));
    one.look();
    assertThat(runs).hasValue(4);
    assertThat(gauge()).isEqualTo(4);
    assertThat(stores.events(Database.STORE)).noneSatisfy(event -> assertThat(event).contains("words"));
    assertThat(stores.events(Database.STORE).getLast()).contains("\"type\":\"job.failed\"")
        .contains("\"reason\":\"illegal_state\"");
    stores.asSuperuser(Store.VAULT, "update job set started_at = started_at - interval '1 hour'");
    stores.move(Duration.ofMinutes(1));
    one.look();
    await().until(() -> runs.get() == 5);
  }

  @Test
  void namesAreChecked() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    assertThatThrownBy(() -> one.register("purge", Duration.ofHours(1), runs::incrementAndGet)).hasMessageContaining("already");
    assertThatThrownBy(() -> one.register("Purge it", Duration.ofHours(1), runs::incrementAndGet))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jobsRunByThemselvesOnceStarted() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    one.start();
    await().until(() -> runs.get() == 1);
  }

  @Test
  void aRunThatIsAskedForComesAtOnceAlsoAfterFailures() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    lookUntilDone("completed_at");
    assertThat(two.want("nothing")).isFalse();
    stores.asSuperuser(Store.VAULT, "update job set failures = 4, failed_at = now()");
    assertThat(two.want("purge")).isTrue();
    assertThat(two.list()).singleElement().satisfies(status -> {
      assertThat(status.wanted()).isTrue();
      assertThat(status.schedule()).isEqualTo("every 1h");
    });
    stores.move(Duration.ofSeconds(11));
    one.look();
    await().until(() -> runs.get() == 2);
    await().until(() -> two.list().getFirst().failures() == 0 && !two.list().getFirst().wanted());
  }

  @Test
  void aCronExpressionIsInUtcAndCountsFromTheLastStart() {
    Schedule nightly = new Schedule(new Timing.Cron("30 3 * * *"), Duration.ofSeconds(10));
    Instant noon = Instant.parse("2027-03-01T12:00:00Z");
    assertThat(nightly.next(null, null, 0, noon)).as("never run").isEqualTo("2027-03-02T03:30:00Z");
    assertThat(nightly.next(Instant.parse("2027-03-02T03:30:05Z"), null, 0, noon)).isEqualTo("2027-03-03T03:30:00Z");
    assertThat(nightly.next(Instant.parse("2027-02-27T03:30:05Z"), null, 0, noon)).as("missed while nobody ran").isBefore(noon);
    assertThat(nightly.next(noon, noon.plusSeconds(5), 1, noon)).as("a retry").isEqualTo(noon.plusSeconds(15));
    assertThat(nightly.next(noon, noon.plusSeconds(5), 4, noon)).as("left failed").isEqualTo("2027-03-02T03:30:00Z");
    for (String wrong : List.of("", "30 3 * *", "61 3 * * *", "0 0 31 2 *", "30 3 * * * *", "nightly")) {
      assertThatThrownBy(() -> new Timing.Cron(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aJobWithAScheduleOfTheSettingsRunsByIt() {
    try (Jobs configured = jobs(new JobSettings(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(10),
        Map.of("purge", new Timing.Cron("0 0 1 1 *"))))) {
      configured.register("purge", Duration.ofMinutes(1), runs::incrementAndGet);
      configured.look();
      assertThat(configured.list().getFirst().schedule()).isEqualTo("0 0 1 1 *");
      assertThat(runs).hasValue(0);
      stores.asSuperuser(Store.VAULT, "update job set started_at = now() - interval '366 days'");
      stores.move(Duration.ofSeconds(11));
      configured.look();
      await().until(() -> runs.get() == 1);
    }
    try (Jobs misspelt = jobs(new JobSettings(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(10),
        Map.of("purges", new Timing.Every(Duration.ofHours(1)))))) {
      misspelt.register("purge", Duration.ofMinutes(1), runs::incrementAndGet);
      assertThatThrownBy(misspelt::start).hasMessageContaining("there is no job purges; there are: [purge]");
    }
  }

  @Test
  void howLongAgoItWasDoneIsAMetric() {
    one.register("purge", Duration.ofHours(1), runs::incrementAndGet);
    lookUntilDone("completed_at");
    stores.asSuperuser(Store.VAULT, "update job set completed_at = completed_at - interval '10 minutes'");
    stores.move(Duration.ofSeconds(31));
    one.look();
    assertThat(metrics.get("authpipe.job.age").gauge().value()).isBetween(600.0, 660.0);
  }

  private Jobs jobs() {
    return jobs(SETTINGS);
  }

  private Jobs jobs(JobSettings settings) {
    return new Jobs(stores.vault(), stores.log(), stores.ticker(), stores.randomness(), metrics, settings);
  }

  private void lookUntilDone(String column) {
    one.look();
    two.look();
    await().until(() -> !stores.asSuperuser(Store.VAULT, "select 1 from job where " + column + " is not null").isEmpty());
  }

  private double gauge() {
    return metrics.get("authpipe.job.failures").gauge().value();
  }

  private List<String> types() {
    return stores.events(Database.STORE).stream().map(event -> event.replaceAll(".*\"type\":\"([a-z_.]+)\".*", "$1")).toList();
  }
}
