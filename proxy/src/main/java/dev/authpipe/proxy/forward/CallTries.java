package dev.authpipe.proxy.forward;

import java.time.Duration;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ApiProfile.Streams;
import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Puts a call to its provider until there is an answer to it: on another connection when the provider never had it, after a pause when it could
 * not take it, with another access token when that one was no longer good. Never gives a part of one try's answer to another's, and never makes
 * a call twice whose second carrying out could do harm, unless the provider says that it did not take the first.
 */
final class CallTries implements ProviderSide.Heard, Renewal.Renewed, Repetition.Repeated {

  /** Who made the call. Nothing is said any more after {@link #end()}. */
  interface Asker {
    /** The head of an informational answer; its end follows by {@link #interimPart}. */
    void interimHead(HttpResponse head);

    /** Takes what belongs to an informational answer; false when none is under way. */
    boolean interimPart(HttpContent content);

    /** The head of the answer to the call. */
    void answerHead(HttpResponse head, int repetitions);

    /** A part of it, whose owner is the asker from now on. */
    void answerPart(HttpContent content);

    /** What was asked for of it has been given. */
    void answerReadComplete();

    /** There is no answer. */
    void unanswered(ErrorCode code, @Nullable Duration retryIn);
  }

  private final CallProfile profile;
  private final Streams streams;
  private final CallEnd end;
  private final Asker asker;
  private final CallDeadlines deadlines;
  private final ProviderLimits limits;
  private final ProviderRequest request;
  private final ProviderSide provider;
  private final RequestBody body;
  private final Redials redials;
  private final Renewal renewal;
  private final Repetition repetition;
  private boolean headReceived;
  private boolean answered;
  private boolean over;

  /** @param credential used for the head of the first request and not kept; the giver closes it */
  CallTries(ForwardWorks works, HotConnection connection, CallProfile profile, ProviderRequest request, OpenCredential credential,
      CallEnd end, CallDeadlines deadlines, Asker asker) {
    this.profile = profile;
    this.streams = profile.api().streams();
    this.end = end;
    this.asker = asker;
    this.deadlines = deadlines;
    this.limits = works.limits();
    this.request = request;
    this.provider = new ProviderSide(works.upstreams(), connection, request, request.with(credential), this);
    this.body = new RequestBody(works.settings(), request, connection, provider, deadlines);
    this.redials = new Redials(request.asked().method());
    this.renewal = new Renewal(works, connection, profile, request, credential, end, deadlines, this);
    this.repetition = new Repetition(works, connection, profile, request.asked(), end, this);
  }

  void start() {
    provider.start();
  }

  /** What the caller sends, which goes with each try. */
  RequestBody body() {
    return body;
  }

  /** The way to the provider in use. */
  ProviderSide provider() {
    return provider;
  }

  /** Nothing is tried or said any more; the connection in use stays for the asker to release or abort. */
  void end() {
    over = true;
    body.release();
    provider.end();
    renewal.end();
    repetition.end();
  }

  /** Sends what has come of the body, and begins to listen. */
  @Override
  public void providerAttached(Upstream ready) {
    deadlines.attached();
    body.replay(ready);
    ready.flush();
    if (provider.current() == ready) { // else the write failed at once
      ready.read();
      body.readOn();
    }
  }

  @Override
  public void providerHead(HttpResponse head) {
    deadlines.moved();
    if (headReceived || !AnswerFraming.isPlain(head)) { // a second answer is one to nothing that was asked
      asker.unanswered(ErrorCode.PROVIDER_ANSWER_INVALID, null);
      return;
    }
    if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      asker.interimHead(head);
      return;
    }
    limits.heard(profile.place(), head);
    if (repetition.begins(head, body.isReplayable())) {
      pause();
      return;
    }
    headReceived = true;
    deadlines.headReceived();
    if (PassedAnswer.isEventStream(head)) {
      deadlines.stream(streams);
      end.staysOpen();
    }
    if (renewal.holds(head)) {
      renewal.decide(body.isReplayable());
    } else {
      answer(head);
    }
  }

  private void answer(HttpResponse head) {
    answered = true;
    asker.answerHead(head, repetition.made());
  }

  @Override
  public void providerContent(HttpContent content) {
    if (asker.interimPart(content)) {
      return;
    }
    deadlines.moved();
    if (answered) {
      asker.answerPart(content);
    } else {
      renewal.hold(content);
      renewal.decide(body.isReplayable());
    }
  }

  @Override
  public void providerReadComplete() {
    if (answered) {
      asker.answerReadComplete();
    } else if (!renewal.isUnderWay()) {
      provider.read();
    }
  }

  @Override
  public void providerWritabilityChanged() {
    deadlines.moved();
    body.readOn();
  }

  @Override
  public void providerBroke(Upstream.Loss loss, boolean reused) {
    if (renewal.isUnderWay()) {
      return; // the answer is held; whether it is needed is being found out
    }
    if (!headReceived && body.canReplay() && redials.may(loss, reused)) {
      provider.again();
    } else {
      endWithoutAnswer(ErrorCode.PROVIDER_UNREACHABLE);
    }
  }

  @Override
  public void providerUnreachable(ErrorCode code) {
    endWithoutAnswer(code);
  }

  private void endWithoutAnswer(ErrorCode code) {
    if (code != ErrorCode.ADDRESS_REFUSED && !answered && repetition.begins(body.isReplayable())) {
      pause();
    } else {
      asker.unanswered(code, null);
    }
  }

  // The provider could not take the call now.

  private void pause() {
    provider.abort();
    renewal.drop();
    deadlines.pause();
  }

  @Override
  public void repeat(OpenCredential credential) {
    deadlines.resume();
    deadlines.again();
    headReceived = false;
    renewal.uses(credential);
    provider.afterPause(request.with(credential));
  }

  @Override
  public void failed(ErrorCode code, @Nullable Duration retryIn) {
    asker.unanswered(code, retryIn);
  }

  // The provider may have said that the access token is no longer good.

  @Override
  public void again(HttpRequest head) {
    headReceived = false;
    provider.again(head);
  }

  @Override
  public void stands() {
    answer(renewal.heldHead());
    renewal.release(asker::answerPart);
    if (over) {
      return;
    }
    if (provider.current() == null) {
      asker.unanswered(ErrorCode.PROVIDER_UNREACHABLE, null); // it broke while its answer was held
    } else {
      asker.answerReadComplete();
    }
  }
}
