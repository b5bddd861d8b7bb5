package dev.authpipe.proxy.forward;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.Upstream;

/**
 * Passes the request's body on and keeps it while it is small, so that the call can be made once more. What arrives before there is a
 * connection is kept in any case, and it is little: nothing is read before. Never passes trailers.
 */
final class RequestBody {
  private final ForwardSettings settings;
  private final List<ByteBuf> kept = new ArrayList<>();
  private long length;
  private boolean complete;
  private boolean keeping = true;

  RequestBody(ForwardSettings settings) {
    this.settings = settings;
  }

  boolean isComplete() {
    return complete;
  }

  /** Whether everything that came so far is still here. */
  boolean canReplay() {
    return keeping;
  }

  /** Takes a part; false when the body is too large. */
  boolean accept(HttpContent content, @Nullable Upstream upstream) {
    int more = content.content().readableBytes();
    length += more;
    if (length > settings.requestBodyLimit()) {
      content.release();
      return false;
    }
    complete = content instanceof LastHttpContent;
    if (keeping && more > 0 && (upstream == null || length <= settings.replayLimit())) {
      kept.add(content.content().retainedSlice());
    } else if (more > 0) {
      dropKept();
    }
    if (upstream != null) {
      write(upstream, content.content().retain());
      if (complete) {
        upstream.write(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    }
    content.release();
    return true;
  }

  /** Writes what came so far to a new connection. */
  void replay(Upstream upstream) {
    for (ByteBuf part : kept) {
      write(upstream, part.retainedSlice());
    }
    if (complete) {
      upstream.write(LastHttpContent.EMPTY_LAST_CONTENT);
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

  private void dropKept() {
    keeping = false;
    kept.forEach(ByteBuf::release);
    kept.clear();
  }
}
