package dev.authpipe.proxy.forward;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.CallLimits.Retries;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Makes a call again after a pause when the provider could not take it now, as often as its caller or the profile wants (S29). Waits as long
 * as the provider says, and a random part of a time that doubles; all pauses together are bounded. Looks the credential up anew each time, for
 * it may be gone by then. Never repeats a call whose second carrying out could do harm.
 */
final class Repetition {
  private static final Set<Integer> STATUSES = Set.of(429, 502, 503, 504);
  private static final long FIRST_PAUSE_MILLIS = 200;

  /** Who makes the call again. */
  interface Repeated {
    /** The pause is over: the call is made with this credential, which is closed when this returns. */
    void repeat(OpenCredential credential);

    /** There is no credential any more. */
    void failed(ErrorCode code, @Nullable Duration retryIn);
  }

  private final ForwardWorks works;
  private final HotConnection connection;
  private final CallProfile profile;
  private final CallEnd end;
  private final Repeated repeated;
  private final int most;
  private final long budgetMillis;
  private @Nullable ScheduledFuture<?> pause;
  private int made;
  private long pausedMillis;
  private boolean over;

  Repetition(ForwardWorks works, HotConnection connection, CallProfile profile, HttpRequest asked, CallEnd end,
      Repeated repeated) {
    Retries retries = profile.api().limits().retries();
    this.works = works;
    this.connection = connection;
    this.profile = profile;
    this.end = end;
    this.repeated = repeated;
    this.most = AskedRetries.most(asked, retries);
    this.budgetMillis = retries.pauses().toMillis();
  }

  /** How often the call was made again. */
  int made() {
    return made;
  }

  /** Begins the pause before the next time if this answer is worth one; then the answer is not needed. */
  boolean begins(HttpResponse answer, boolean replayable) {
    return made < most && STATUSES.contains(answer.status().code())
        && begin(LimitSignal.retryAfter(answer, works.clock()), replayable);
  }

  /** Begins the pause after a call that ended without an answer. */
  boolean begins(boolean replayable) {
    return begin(Optional.empty(), replayable);
  }

  private boolean begin(Optional<Duration> told, boolean replayable) {
    if (over || !replayable || made >= most) {
      return false;
    }
    long own = (long) ((FIRST_PAUSE_MILLIS << made) * works.randomness().fraction());
    long millis = own + told.map(Duration::toMillis).orElse(0L); // those who were told the same moment do not all come at once
    if (pausedMillis + millis > budgetMillis) {
      return false;
    }
    made++;
    pausedMillis += millis;
    works.meters().repeated();
    pause = connection.eventLoop().schedule(this::lookUp, millis, TimeUnit.MILLISECONDS);
    return true;
  }

  private void lookUp() {
    pause = null;
    works.blocking().start(connection, profile.workspace(), () -> {
      FreshOutcome outcome = end.credential();
      connection.execute(() -> heard(outcome)); // which answers also what nobody foresaw
      connection.eventLoop().execute(outcome::close);
    }, code -> {
      if (!over) {
        repeated.failed(code, null);
      }
    });
  }

  private void heard(FreshOutcome outcome) {
    if (over) {
      return;
    }
    switch (outcome) {
      case FreshOutcome.Fresh(OpenCredential credential) -> again(credential);
      case FreshOutcome.Failure failure -> repeated.failed(ErrorCode.of(failure.code()).orElse(ErrorCode.INTERNAL_ERROR),
          failure.retryIn().orElse(null));
    }
  }

  /** Another call may have been told meanwhile that the provider takes none. */
  private void again(OpenCredential credential) {
    Duration wait = works.limits().take(profile.place());
    if (wait == null) {
      repeated.repeat(credential);
    } else {
      repeated.failed(ErrorCode.PROVIDER_RATE_LIMITED, wait);
    }
  }

  /** The call is over: nothing comes of it any more. */
  void end() {
    over = true;
    ScheduledFuture<?> pending = pause;
    pause = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
