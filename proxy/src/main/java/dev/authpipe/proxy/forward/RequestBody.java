package dev.authpipe.proxy.forward;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.http.HotConnection;

/**
 * Passes the request's body on and keeps it while it is small, so that the call can be made once more. What arrives before there is a
 * connection is kept in any case, and it is little: nothing is read before. Trailers count as part of it.
 */
final class RequestBody {
  private final ForwardSettings settings;
  private final ProviderRequest request;
  private final HotConnection caller;
  private final ProviderSide provider;
  private final CallDeadlines deadlines;
  private final List<ByteBuf> kept = new ArrayList<>();
  private long length;
  private boolean complete;
  private boolean keeping = true;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

  RequestBody(ForwardSettings settings, ProviderRequest request, HotConnection caller, ProviderSide provider,
      CallDeadlines deadlines) {
    this.settings = settings;
    this.request = request;
    this.caller = caller;
    this.provider = provider;
    this.deadlines = deadlines;
  }

  boolean isComplete() {
    return complete;
  }

  /** Whether everything that came so far is still here. */
  boolean canReplay() {
    return keeping;
  }

  /** Whether its length is known beforehand to be too much. */
  boolean isAnnouncedTooLarge() {
    return HttpUtil.getContentLength(request.asked(), 0L) > settings.requestBodyLimit();
  }

  /** Whether the call could be made once more as a whole. */
  boolean isReplayable() {
    return complete && keeping;
  }

  /** Takes a part; false when the body is too large. */
  boolean take(HttpContent content) {
    deadlines.moved();
    Upstream upstream = provider.current();
    if (!accept(content, upstream)) {
      return false;
    }
    if (complete) {
      deadlines.requestComplete();
      if (upstream != null) {
        upstream.flush();
      }
      caller.read(); // so that a caller who leaves is noticed
    }
    return true;
  }

  /** What was asked of the caller has come. */
  void readComplete() {
    Upstream upstream = provider.current();
    if (upstream != null) {
      upstream.flush();
      readOn();
    }
  }

  /** Asks the caller for more, if the provider can take it. */
  void readOn() {
    Upstream upstream = provider.current();
    if (upstream != null && !complete && upstream.isWritable()) {
      caller.read();
    }
  }

  private boolean accept(HttpContent content, @Nullable Upstream upstream) {
    int more = content.content().readableBytes();
    length += more;
    if (length > settings.requestBodyLimit()) {
      content.release();
      return false;
    }
    if (content instanceof LastHttpContent last) {
      complete = true;
      if (request.isChunked()) {
        trailers = ForwardTrailers.toProvider(last.trailingHeaders(), request.api());
      }
    }
    if (keeping && more > 0 && (upstream == null || length <= settings.replayLimit())) {
      kept.add(content.content().retainedSlice());
    } else if (more > 0) {
      dropKept();
    }
    if (upstream != null) {
      write(upstream, content.content().retain());
      if (complete) {
        end(upstream);
      }
    }
    content.release();
    return true;
  }

  /** Writes what came so far to a new connection. */
  void replay(Upstream upstream) {
    for (ByteBuf part : List.copyOf(kept)) {
      if (provider.current() != upstream) {
        return; // a write failed at once, and the call is over or on another connection
      }
      write(upstream, part.retainedSlice());
    }
    if (complete && provider.current() == upstream) {
      end(upstream);
    }
    if (length > settings.replayLimit()) {
      dropKept();
    }
  }

  void release() {
    dropKept();
  }

  private void write(Upstream upstream, ByteBuf part) {
    if (part.isReadable()) {
      upstream.write(new DefaultHttpContent(part));
    } else {
      part.release();
    }
  }

  private void end(Upstream upstream) {
    upstream.write(trailers.isEmpty()
        ? LastHttpContent.EMPTY_LAST_CONTENT
        : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, trailers));
  }

  private void dropKept() {
    keeping = false;
    kept.forEach(ByteBuf::release);
    kept.clear();
  }
}
