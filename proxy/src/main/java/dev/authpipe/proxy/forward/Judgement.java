package dev.authpipe.proxy.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;

/**
 * Holds an answer back that may be the provider's word that the access token is no longer good, until that is decided. Never holds more than
 * {@value InvalidTokenCheck#BODY_LIMIT} bytes and one read.
 */
final class Judgement {

  /** What the answer says. */
  enum Verdict {
    UNDECIDED,
    FINE,
    INVALID
  }

  private final InvalidTokenSignal signal;
  private final Deque<HttpContent> held = new ArrayDeque<>();
  private @Nullable HttpResponse head;
  private int length;
  private boolean complete;
  private boolean renewing;

  Judgement(InvalidTokenSignal signal) {
    this.signal = signal;
  }

  /** Begins to hold an answer if its head may be the signal. */
  boolean begin(HttpResponse answer) {
    if (!InvalidTokenCheck.headFits(signal, answer)) {
      return false;
    }
    head = answer;
    return true;
  }

  void hold(HttpContent content) {
    held.addLast(content);
    length += content.content().readableBytes();
    complete |= content instanceof LastHttpContent;
  }

  Verdict verdict() {
    if (renewing) {
      return Verdict.UNDECIDED;
    }
    if (signal.bodyPointer() == null) {
      return Verdict.INVALID;
    }
    if (length > InvalidTokenCheck.BODY_LIMIT) {
      return Verdict.FINE;
    }
    if (!complete) {
      return Verdict.UNDECIDED;
    }
    byte[] body = ByteBufUtil
        .getBytes(Unpooled.wrappedBuffer(held.stream().map(part -> part.content().slice()).toArray(ByteBuf[]::new)));
    return InvalidTokenCheck.bodyFits(signal, body) ? Verdict.INVALID : Verdict.FINE;
  }

  void renewing() {
    renewing = true;
  }

  boolean isRenewing() {
    return renewing;
  }

  HttpResponse head() {
    return Objects.requireNonNull(head);
  }

  /** Hands everything held to the taker, who owns it then. */
  void release(Consumer<HttpContent> taker) {
    renewing = false;
    while (!held.isEmpty()) {
      taker.accept(held.pollFirst());
    }
  }

  /** Forgets the held answer. */
  void drop() {
    renewing = false;
    release(HttpContent::release);
    head = null;
    length = 0;
    complete = false;
  }
}
