package dev.authpipe.proxy.forward;

import java.util.Iterator;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.echo.EchoGuard;
import dev.authpipe.proxy.echo.EchoGuards;
import dev.authpipe.proxy.echo.EchoScan;
import dev.authpipe.proxy.echo.GzipScan;
import dev.authpipe.proxy.http.ErrorCode;

/**
 * Looks through a provider's answer, head, body and trailers, before any of it goes to the caller (S26), and holds it to its limit. Never
 * changes or keeps an answer.
 */
final class AnswerGuard implements AutoCloseable {
  private final EchoGuards guards;
  private final EchoGuard guard;
  private final CallEnd end;
  private final long limit;
  private @Nullable EchoScan plain;
  private @Nullable GzipScan gzip;
  private long length;

  AnswerGuard(ForwardWorks works, CallEnd end) {
    this.guards = works.echoes();
    this.guard = guards.begin();
    this.end = end;
    this.limit = works.settings().responseBodyLimit();
  }

  /** To be told of each credential that is injected. */
  EchoGuard watch() {
    return guard;
  }

  /** The call is made. */
  void begin() {
    if (!guard.isWatching()) {
      guards.countUnguarded();
    }
  }

  /**
   * Looks at a head.
   *
   * @param bodiless whether no body can follow, whatever the head says of one
   * @return why it is refused, or null
   */
  @Nullable
  ErrorCode head(HttpResponse head, boolean bodiless) {
    closeScans();
    length = 0;
    if (!guard.isWatching()) {
      return null;
    }
    if (guard.isIn(head.status().reasonPhrase()) || isIn(head.headers())) {
      return echo();
    }
    ContentCoding coding = bodiless ? ContentCoding.IDENTITY : ContentCoding.of(head.headers());
    switch (coding) {
      case IDENTITY -> plain = guard.scan();
      case GZIP -> gzip = guard.gzip();
      case OTHER -> {
        return ErrorCode.PROVIDER_ANSWER_INVALID;
      }
    }
    return null;
  }

  /**
   * Looks at the next part of the answer whose head was looked at last.
   *
   * @return why it is refused, or null
   */
  @Nullable
  ErrorCode part(HttpContent content) {
    ByteBuf bytes = content.content();
    length += bytes.readableBytes();
    if (length > limit) {
      return ErrorCode.PROVIDER_ANSWER_INVALID;
    }
    boolean last = content instanceof LastHttpContent;
    if (last && isIn(((LastHttpContent) content).trailingHeaders())) {
      return echo();
    }
    if (!bytes.isReadable()) {
      return null;
    }
    if (gzip != null) {
      return switch (gzip.look(bytes.nioBuffer(), last)) {
        case CLEAN -> null;
        case ECHO -> echo();
        case UNREADABLE -> ErrorCode.PROVIDER_ANSWER_INVALID;
      };
    }
    return plain != null && plain.finds(bytes.nioBuffer(), last) ? echo() : null;
  }

  private ErrorCode echo() {
    guards.countEcho();
    end.echoed();
    return ErrorCode.CREDENTIAL_ECHOED;
  }

  private boolean isIn(HttpHeaders headers) {
    if (headers.isEmpty()) {
      return false;
    }
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      if (guard.isIn(header.getKey()) || guard.isIn(header.getValue())) {
        return true;
      }
    }
    return false;
  }

  private void closeScans() {
    if (plain != null) {
      plain.close();
      plain = null;
    }
    if (gzip != null) {
      gzip.close();
      gzip = null;
    }
  }

  /** Wipes what is known of the call's secrets. */
  @Override
  public void close() {
    closeScans();
    guard.close();
  }
}
