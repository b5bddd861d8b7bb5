package dev.authpipe.proxy.forward;

import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ApiProfile.Streams;
import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.http.ErrorCode;

/**
 * The deadlines of one call (S27): first byte, silence in both directions, the whole. One timer that looks when the nearest could be due;
 * every movement only notes the time. Stays on its event loop.
 */
final class CallDeadlines implements Runnable {

  /** Who hears that it is too late. */
  interface Watched {
    void late(ErrorCode code);
  }

  private static final long NONE = Long.MAX_VALUE;

  private final EventLoop loop;
  private Timeouts timeouts;
  private final Watched watched;
  private long begunAt;
  private long movedAt;
  private long requestCompleteAt = NONE;
  private boolean attached;
  private boolean headReceived;
  private boolean paused;
  private @Nullable ScheduledFuture<?> timer;

  CallDeadlines(EventLoop loop, Timeouts timeouts, Watched watched) {
    this.loop = loop;
    this.timeouts = timeouts;
    this.watched = watched;
  }

  void start() {
    begunAt = Ticker.systemTicker().nanoTime();
    movedAt = begunAt;
    schedule(begunAt);
  }

  void attached() {
    attached = true;
    moved();
    if (requestCompleteAt != NONE) {
      requestCompleteAt = movedAt;
    }
  }

  void moved() {
    movedAt = Ticker.systemTicker().nanoTime();
  }

  void requestComplete() {
    requestCompleteAt = Ticker.systemTicker().nanoTime();
  }

  void headReceived() {
    headReceived = true;
  }

  /** It turned out to be one of those that may stay open for long. */
  void stream(Streams streams) {
    timeouts = new Timeouts(timeouts.connect(), timeouts.firstByte(), streams.idle(), streams.total());
    moved();
    stop();
    schedule(movedAt);
  }

  /** The access token is being renewed, or the call is made again later: what that takes is bounded elsewhere, and within the whole. */
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    moved();
    stop();
    schedule(movedAt);
  }

  /** The call is made once more. */
  void again() {
    headReceived = false;
    attached = false;
    requestCompleteAt = Ticker.systemTicker().nanoTime();
  }

  void stop() {
    ScheduledFuture<?> pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }

  @Override
  public void run() {
    if (timer == null) {
      return;
    }
    long now = Ticker.systemTicker().nanoTime();
    if (now - begunAt >= timeouts.total().toNanos()) {
      watched.late(ErrorCode.PROVIDER_TIMEOUT);
    } else if (!paused && isWaitingForFirstByte() && now - requestCompleteAt >= timeouts.firstByte().toNanos()) {
      watched.late(ErrorCode.PROVIDER_TIMEOUT);
    } else if (!paused && !isWaitingForFirstByte() && attached && now - movedAt >= timeouts.idle().toNanos()) {
      watched.late(requestCompleteAt == NONE ? ErrorCode.REQUEST_TIMEOUT : ErrorCode.PROVIDER_TIMEOUT);
    } else {
      schedule(now);
    }
  }

  private boolean isWaitingForFirstByte() {
    return attached && requestCompleteAt != NONE && !headReceived;
  }

  private void schedule(long now) {
    long next = begunAt + timeouts.total().toNanos() - now;
    if (paused) {
      // only the whole can be over before it goes on
    } else if (isWaitingForFirstByte()) {
      next = Math.min(next, requestCompleteAt + timeouts.firstByte().toNanos() - now);
    } else {
      next = Math.min(next, Math.min(movedAt + timeouts.idle().toNanos() - now, timeouts.firstByte().toNanos()));
    }
    timer = loop.schedule(this, Math.max(next, 1_000_000), TimeUnit.NANOSECONDS);
  }
}
