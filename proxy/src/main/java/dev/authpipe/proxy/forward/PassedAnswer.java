package dev.authpipe.proxy.forward;

import java.util.List;
import java.util.Locale;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.HotConnection;

/** The provider's answer on its way to the caller. Never changes status or body, and frames it anew. */
final class PassedAnswer {
  private static final String REPETITIONS = "Authpipe-Repetitions";
  private final HotConnection caller;
  private final HttpMethod method;
  private @Nullable HttpResponse waiting;
  private boolean taken;
  private boolean begun;
  private boolean keepsAlive;
  private boolean hasTrailers;
  private int repetitions;

  /** @param method what was asked, for it decides whether an answer has a body */
  PassedAnswer(HotConnection caller, HttpMethod method) {
    this.caller = caller;
    this.method = method;
  }

  /** Whether there is an answer to pass on. */
  boolean isTaken() {
    return taken;
  }

  /** Whether it is one whose parts come over hours (WHATWG HTML section 9.2). */
  static boolean isEventStream(HttpResponse head) {
    return head.headers().get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT).startsWith("text/event-stream");
  }

  /** Whether the caller has its head: then it can only be completed or cut. */
  boolean isBegun() {
    return begun;
  }

  /** Whether the provider would take another request on this connection. */
  boolean keepsAlive() {
    return keepsAlive;
  }

  /** Whether no body can follow this head, whatever it says of one. */
  boolean isBodiless(HttpResponse head) {
    return method.equals(HttpMethod.HEAD) || head.status().code() == 204 || head.status().code() == 304;
  }

  /**
   * Takes the head, which waits for what came along with it: an answer that is refused for its body is then not begun.
   *
   * @param repeated how often the call was made again before
   */
  void take(HttpResponse head, int repeated) {
    taken = true;
    repetitions = repeated;
    waiting = head;
    keepsAlive = HttpUtil.isKeepAlive(head);
  }

  /** Sends the head, unless that is done. */
  void begin() {
    HttpResponse head = waiting;
    waiting = null;
    if (head != null) {
      caller.relay(passed(head));
    }
  }

  private HttpResponse passed(HttpResponse head) {
    begun = true;
    HttpHeaders passed = ForwardHeaders.toCaller(head.headers());
    HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status(), passed);
    hasTrailers = !isBodiless(head) && !passed.contains(HttpHeaderNames.CONTENT_LENGTH);
    if (hasTrailers) {
      HttpUtil.setTransferEncodingChunked(answer, true);
      List<String> names = ForwardTrailers.announced(head.headers(), ForwardHeaders::passesToCaller);
      if (!names.isEmpty()) {
        passed.set(HttpHeaderNames.TRAILER, String.join(", ", names));
      }
    }
    if (repetitions > 0) {
      passed.set(REPETITIONS, repetitions);
    }
    return answer;
  }

  void part(HttpContent content) {
    begin();
    caller.content(content);
  }

  void last(LastHttpContent content) {
    HttpResponse head = waiting;
    waiting = null;
    HttpResponse answer = head == null ? null : passed(head);
    HttpHeaders trailers = hasTrailers ? ForwardTrailers.toCaller(content.trailingHeaders()) : EmptyHttpHeaders.INSTANCE;
    LastHttpContent last = new DefaultLastHttpContent(content.content(), trailers);
    if (answer == null) {
      caller.content(last);
    } else {
      caller.relay(answer, last); // all of it is here: one write
    }
  }
}
