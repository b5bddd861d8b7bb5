package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.http.ErrorCode;

/** The timer of one call. */
@Tag("S27")
class CallDeadlinesTest {
  private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(1), Duration.ofMillis(1),
      Duration.ofSeconds(120));
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<ErrorCode> late = new ArrayList<>();

  /** In nanoseconds, when the timer that is due now has looked. */
  private long untilNextLook() {
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    return channel.runScheduledPendingTasks();
  }

  @Test
  void aCallThatPausesIsNotLookedAtAgainAndAgain() {
    CallDeadlines deadlines = new CallDeadlines(channel.eventLoop(), TIMEOUTS, late::add);
    deadlines.start();
    deadlines.attached();
    deadlines.requestComplete();
    deadlines.pause();
    assertThat(untilNextLook()).isGreaterThan(TimeUnit.SECONDS.toNanos(60));
    assertThat(late).isEmpty();
    deadlines.resume();
    while (late.isEmpty()) { // a millisecond of the real clock
      assertThat(untilNextLook()).isLessThan(TimeUnit.SECONDS.toNanos(1));
    }
    assertThat(late).containsExactly(ErrorCode.PROVIDER_TIMEOUT);
  }
}
