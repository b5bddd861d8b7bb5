package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.catalog.CallLimits.Retries;
import dev.authpipe.proxy.forward.ProviderLimits.Place;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.wire.WorkspaceId;

@Tag("S29")
class ProviderLimitsTest {
  private static final WorkspaceId WORKSPACE = new WorkspaceId(UUID.randomUUID());
  private static final UUID INTEGRATION = UUID.randomUUID();
  private static final UUID MINE = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L); // monotonic time may be below zero
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ProviderLimits limits = new ProviderLimits(new RateLimits(nanos::get), nanos::get, InstantSource.system(),
      new CallMeters(metrics));

  private static Place place(Counted counted, UUID connection, String method, String target) {
    return new Place(WORKSPACE, INTEGRATION, connection, method, target, new CallLimits(counted, 0, 0, null, null, Retries.NONE));
  }

  private static HttpResponse tooMany(int seconds) {
    HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.TOO_MANY_REQUESTS);
    answer.headers().set("Retry-After", seconds);
    return answer;
  }

  @Test
  void aPathThatWasRefusedIsHeldForItsConnectionUntilItsTime() {
    limits.heard(place(Counted.PATH, MINE, "GET", "/items?page=1"), tooMany(10));
    assertThat(limits.take(place(Counted.PATH, MINE, "GET", "/items?page=2"))).isEqualTo(Duration.ofSeconds(10));
    assertThat(limits.take(place(Counted.PATH, MINE, "POST", "/items"))).isNull();
    assertThat(limits.take(place(Counted.PATH, MINE, "GET", "/other"))).isNull();
    assertThat(limits.take(place(Counted.PATH, OTHER, "GET", "/items"))).isNull();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(limits.take(place(Counted.PATH, MINE, "GET", "/items"))).isNull();
    assertThat(metrics.get("authpipe.proxy.calls.held").counter().count()).isEqualTo(1);
  }

  @Test
  void theProfileSaysWhatIsCountedTogether() {
    limits.heard(place(Counted.CONNECTION, MINE, "GET", "/a"), tooMany(10));
    assertThat(limits.take(place(Counted.CONNECTION, MINE, "POST", "/b"))).isNotNull();
    assertThat(limits.take(place(Counted.CONNECTION, OTHER, "POST", "/b"))).isNull();
    limits.heard(place(Counted.INTEGRATION, MINE, "GET", "/a"), tooMany(10));
    assertThat(limits.take(place(Counted.INTEGRATION, OTHER, "GET", "/b"))).isNotNull();
  }

  @Test
  void aLaterAnswerDoesNotOpenWhatAnEarlierOneClosed() {
    limits.heard(place(Counted.CONNECTION, MINE, "GET", "/a"), tooMany(60));
    limits.heard(place(Counted.CONNECTION, MINE, "GET", "/a"), tooMany(1));
    assertThat(limits.take(place(Counted.CONNECTION, MINE, "GET", "/a"))).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void aPathOfAnyLengthIsForwardedButNotRemembered() {
    String longPath = "/" + "x".repeat(4_000);
    limits.heard(place(Counted.PATH, MINE, "GET", longPath), tooMany(10));
    assertThat(limits.take(place(Counted.PATH, MINE, "GET", longPath))).isNull();
  }

  @Test
  void thePaceOfAProfileIsKept() {
    CallLimits pace = new CallLimits(Counted.INTEGRATION, 0, 60, null, null, Retries.NONE);
    for (int i = 0; i < 60; i++) {
      assertThat(limits.take(new Place(WORKSPACE, INTEGRATION, i % 2 == 0 ? MINE : OTHER, "GET", "/", pace))).isNull();
    }
    assertThat(limits.take(new Place(WORKSPACE, INTEGRATION, MINE, "GET", "/", pace))).isPositive()
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(limits.take(new Place(WORKSPACE, INTEGRATION, MINE, "GET", "/", pace))).isNull();
  }
}
