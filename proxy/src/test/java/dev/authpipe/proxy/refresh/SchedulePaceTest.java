package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

@Tag("S54")
class SchedulePaceTest {
  private static final Provider SANDBOX = Catalog.builtIn(Map.of()).provider("sandbox").orElseThrow();

  private final AtomicLong nanos = new AtomicLong();

  private static ScheduleSettings settings(int perMinute, int atOnce, int inAll, Duration ramp) {
    return new ScheduleSettings(true, Duration.ofSeconds(10), perMinute, atOnce, inAll, ramp, Duration.ofMinutes(2), 500);
  }

  private static Integration integration() {
    return new Integration(new WorkspaceId(UUID.randomUUID()), new IntegrationId(UUID.randomUUID()), "sandbox", SANDBOX, "client",
        List.of(), List.<URI>of(), Map.of(), "Acme", false, null, null);
  }

  private int begunIn(SchedulePace pace, Integration integration, Duration time) {
    int begun = 0;
    for (long second = 0; second < time.toSeconds(); second++) {
      for (int room = pace.room(integration); room > 0; room--) {
        pace.begun(integration);
        pace.ended(integration);
        begun++;
      }
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }
    return begun;
  }

  @Test
  void rateIsKeptOverMinutes() {
    SchedulePace pace = new SchedulePace(settings(60, 100, 100, Duration.ZERO), nanos::get);
    assertThat(begunIn(pace, integration(), Duration.ofMinutes(10))).isBetween(590, 610 + 10);
  }

  @Test
  void rateGrowsFromATenthToAllOfItAfterAStart() {
    SchedulePace pace = new SchedulePace(settings(600, 100, 100, Duration.ofMinutes(5)), nanos::get);
    int first = begunIn(pace, integration(), Duration.ofMinutes(1));
    int second = begunIn(pace, integration(), Duration.ofMinutes(4));
    int later = begunIn(pace, integration(), Duration.ofMinutes(1));
    assertThat(first).isBetween(90, 140);
    assertThat(second).isBetween(1350, 1600);
    assertThat(later).isBetween(590, 610);
  }

  @Test
  void oneIntegrationHasHalfOfWhatIsUnderWayForItsProvider() {
    SchedulePace pace = new SchedulePace(settings(60_000, 8, 100, Duration.ZERO), nanos::get);
    Integration one = integration();
    assertThat(pace.room(one)).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      pace.begun(one);
    }
    assertThat(pace.room(one)).isZero();
    Integration other = integration();
    assertThat(pace.room(other)).isEqualTo(4);
    pace.begun(other);
    assertThat(pace.room(integration())).as("8 in all of the provider").isEqualTo(3);
    pace.ended(one);
    assertThat(pace.room(one)).isEqualTo(1);
  }

  @Test
  void allProvidersTogetherHaveALimit() {
    SchedulePace pace = new SchedulePace(settings(60_000, 8, 3, Duration.ZERO), nanos::get);
    Integration one = integration();
    assertThat(pace.room(one)).isEqualTo(3);
    pace.begun(one);
    assertThat(pace.room(integration())).isEqualTo(2);
  }
}
