package dev.authpipe.control.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Store;

/** Waking on a real store. */
class NotificationsTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();

  private static StoreSettings settings(String url) {
    return new StoreSettings(url, null, Store.CONTROL.applicationRole(), () -> SecretText.of(PLANE.stores().password()), 2,
        Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  @Test
  void whoWaitsIsWokenByAnAnnouncementAndByTimeButNotMoreThanOnceASecond() {
    try (Notifications notifications = new Notifications(settings(PLANE.stores().jdbcUrl(Store.CONTROL)))) {
      notifications.start();
      long round = notifications.round();
      assertThat(notifications.await(round, Duration.ofSeconds(8))).as("silence is no proof of no change").isTrue();
      long from = System.nanoTime();
      round = notifications.round();
      for (int i = 0; i < 40; i++) {
        PLANE.asSuperuser("select pg_notify('authpipe_link', '')");
        notifications.await(notifications.round(), Duration.ofMillis(100));
      }
      long woken = notifications.round() - round;
      long seconds = Duration.ofNanos(System.nanoTime() - from).toSeconds();
      assertThat(woken).isBetween(1L, seconds + 2);
    }
  }

  @Test
  void aStoreThatIsAwayIsNoReasonToSleepOn() {
    try (Notifications notifications = new Notifications(settings("jdbc:postgresql://127.0.0.1:1/nothing"))) {
      notifications.start();
      assertThat(notifications.await(notifications.round(), Duration.ofSeconds(8))).isTrue();
    }
  }

  @Test
  void closingWakesWhoWaits() throws Exception {
    Notifications notifications = new Notifications(settings(PLANE.stores().jdbcUrl(Store.CONTROL)));
    CompletableFuture<Boolean> waiting = CompletableFuture
        .supplyAsync(() -> notifications.await(notifications.round(), Duration.ofSeconds(60)));
    notifications.close();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isFalse();
    assertThat(notifications.isStopped()).isTrue();
  }
}
