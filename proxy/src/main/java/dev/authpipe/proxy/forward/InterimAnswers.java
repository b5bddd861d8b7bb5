package dev.authpipe.proxy.forward;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.HotConnection;

/**
 * A provider's informational answers (1xx): passed on, but for 100, which the caller has had from us. Never takes more than
 * {@value #MOST}, nor a 101 that was not asked for.
 */
final class InterimAnswers {
  /** What comes before one answer: processing that is told every few seconds, and hints. */
  static final int MOST = 32;

  private final HotConnection caller;
  private final @Nullable WebSocketHandshake handshake;
  private int taken;
  private boolean underWay;
  private @Nullable HttpResponse switching;

  /** @param handshake what the caller asked for; null: nothing that 101 could answer */
  InterimAnswers(HotConnection caller, @Nullable WebSocketHandshake handshake) {
    this.caller = caller;
    this.handshake = handshake;
  }

  /** Takes the head of one; false when the provider must not send it. Its end follows. */
  boolean take(HttpResponse head) {
    underWay = true;
    taken++;
    if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      WebSocketHandshake asked = handshake;
      switching = head;
      return asked != null && asked.isAcceptedBy(head);
    }
    if (taken <= MOST && !head.status().equals(HttpResponseStatus.CONTINUE)) {
      HttpHeaders passed = ForwardHeaders.toCaller(head.headers());
      passed.remove(HttpHeaderNames.CONTENT_LENGTH);
      caller.interim(head.status(), passed);
    }
    return taken <= MOST;
  }

  /** Whether what comes of a body belongs to one. */
  boolean isUnderWay() {
    return underWay;
  }

  /** Takes the end of one, which is empty; the protocol may be switched when this returns true. */
  boolean end(HttpContent content) {
    underWay = !(content instanceof LastHttpContent);
    content.release();
    return !underWay && switching != null;
  }

  /** What the caller is answered when the protocol is switched. */
  FullHttpResponse switching() {
    HttpResponse head = switching;
    if (head == null) {
      throw new IllegalStateException("nothing is switched");
    }
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, head.status());
    answer.headers().set(ForwardHeaders.toCaller(head.headers()));
    answer.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    WebSocketHandshake.ask(answer.headers());
    return answer;
  }
}
