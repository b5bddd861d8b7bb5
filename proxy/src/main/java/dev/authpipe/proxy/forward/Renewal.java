package dev.authpipe.proxy.forward;

import java.util.function.Consumer;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;

import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * What happens when an answer says that the access token is no longer good: it is held, the access token renewed, and the call made once
 * more with the new one. Never renews twice for one call, and never loses the answer that it held.
 */
final class Renewal {

  /** Who makes the call again, or passes the held answer on. */
  interface Renewed {
    /** There is a later credential: the request as it is sent with it. */
    void again(HttpRequest head);

    /** The held answer is the answer. */
    void stands();
  }

  private final ForwardWorks works;
  private final HotConnection connection;
  private final CallProfile profile;
  private final ProviderRequest request;
  private final CallEnd end;
  private final CallDeadlines deadlines;
  private final Renewed renewed;
  private final Judgement judgement;
  private long generation;
  private boolean renewable;
  private boolean done;
  private boolean over;

  /** @param first what the call begins with; not kept */
  Renewal(ForwardWorks works, HotConnection connection, CallProfile profile, ProviderRequest request, OpenCredential first,
      CallEnd end, CallDeadlines deadlines, Renewed renewed) {
    this.works = works;
    this.connection = connection;
    this.profile = profile;
    this.request = request;
    this.end = end;
    this.deadlines = deadlines;
    this.renewed = renewed;
    this.judgement = new Judgement(profile.signal());
    this.generation = first.generation();
    this.renewable = first.isRenewable();
  }

  /** The call is made with this credential from now on; it is not kept. */
  void uses(OpenCredential credential) {
    generation = credential.generation();
    renewable = credential.isRenewable();
  }

  /** Begins to hold an answer back if it may be the signal. */
  boolean holds(HttpResponse head) {
    return renewable && !done && judgement.begin(head);
  }

  void hold(HttpContent content) {
    judgement.hold(content);
  }

  /**
   * Looks at what is held so far.
   *
   * @param replayable whether the whole request is still here
   */
  void decide(boolean replayable) {
    switch (judgement.verdict()) {
      case UNDECIDED -> {
      }
      case FINE -> renewed.stands();
      case INVALID -> renew(replayable);
    }
  }

  boolean isUnderWay() {
    return judgement.isRenewing();
  }

  HttpResponse heldHead() {
    return judgement.head();
  }

  /** Forgets what is held: the call is made again. */
  void drop() {
    judgement.drop();
  }

  void release(Consumer<HttpContent> taker) {
    judgement.release(taker);
  }

  /** The call is over: nothing comes of it any more. */
  void end() {
    over = true;
    judgement.drop();
  }

  private void renew(boolean replayable) {
    long refused = generation;
    if (!replayable) {
      done = true;
      works.blocking().start(connection, profile.workspace(), () -> end.afterInvalidToken(refused).close(), _ -> {});
      renewed.stands();
      return;
    }
    judgement.renewing();
    deadlines.pause();
    works.blocking().start(connection, profile.workspace(), () -> {
      FreshOutcome outcome = end.afterInvalidToken(refused);
      connection.execute(() -> heard(outcome)); // which answers also what nobody foresaw
      connection.eventLoop().execute(outcome::close);
    }, _ -> {
      done = true;
      deadlines.resume();
      renewed.stands();
    });
  }

  private void heard(FreshOutcome outcome) {
    if (over) {
      return;
    }
    done = true;
    deadlines.resume();
    if (outcome instanceof FreshOutcome.Fresh(OpenCredential credential) && credential.generation() != generation) {
      judgement.drop();
      uses(credential);
      deadlines.again();
      renewed.again(request.with(credential));
    } else {
      renewed.stands();
    }
  }
}
