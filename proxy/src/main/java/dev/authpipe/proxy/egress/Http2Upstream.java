package dev.authpipe.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a {@link SharedConnection} (RFC 9113 section 8.1). What arrives before it is asked for is held, at most one window of it, and
 * the provider may send on only when it was taken; so a slow caller stops its own stream and no other.
 */
final class Http2Upstream implements Upstream {
  private final SharedConnection shared;
  private final boolean reused;
  private HttpMethod asked = HttpMethod.GET;
  private @Nullable Listener listener;
  private @Nullable Http2Stream stream;
  private boolean slotFree;
  private boolean requestEnded;
  private boolean demanded;
  private boolean headReceived;
  private boolean ended;
  private long announced = -1;
  private long received;
  private @Nullable ByteBuf held;
  private @Nullable HttpHeaders heldTrailers;
  private int owed;

  Http2Upstream(SharedConnection shared, boolean reused) {
    this.shared = shared;
    this.reused = reused;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  // The request.

  @Override
  public void send(HttpRequest head, Listener heard) {
    listener = heard;
    asked = head.method();
    requestEnded = !HttpUtil.isTransferEncodingChunked(head) && hasNoLength(head);
    Http2Stream opened = shared.openStream(this, head, requestEnded);
    stream = opened;
    if (opened == null) {
      freeSlot();
      broken(Loss.UNPROCESSED);
    }
  }

  private static boolean hasNoLength(HttpRequest head) {
    String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null || length.equals("0");
  }

  @Override
  public void write(HttpContent content) {
    Http2Stream open = stream;
    if (open == null || requestEnded) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    HttpHeaders trailers = content instanceof LastHttpContent end ? end.trailingHeaders() : EmptyHttpHeaders.INSTANCE;
    requestEnded = last;
    if (content.content().isReadable() || (last && trailers.isEmpty())) {
      shared.writeData(open, content.content(), last && trailers.isEmpty());
    } else {
      content.release();
    }
    if (!trailers.isEmpty()) {
      shared.writeTrailers(open, trailers);
    }
  }

  @Override
  public void flush() {
    shared.flush();
  }

  @Override
  public boolean isWritable() {
    Http2Stream open = stream;
    return open != null && shared.isWritable(open);
  }

  void writabilityChanged() {
    Listener heard = listener;
    if (heard != null) {
      heard.upstreamWritabilityChanged();
    }
  }

  // The answer.

  void head(Http2Stream of, Http2Headers headers, boolean end) throws Http2Exception {
    Listener heard = listener;
    if (heard == null) {
      return;
    }
    if (headReceived) {
      trailers(of, headers, end);
      return;
    }
    HttpResponse head = Http2Heads.response(of.id(), headers);
    if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      if (end || head.status().code() == 101) {
        throw Http2Heads.malformed(of.id(), "an interim answer that ends, or switches");
      }
      shared.delivered(this);
      heard.upstreamHead(head);
      deliver(LastHttpContent.EMPTY_LAST_CONTENT); // as HTTP/1.1 does
      return;
    }
    announced = Http2Heads.announced(of.id(), asked, head);
    if (end && announced > 0) {
      throw Http2Heads.malformed(of.id(), "shorter than announced");
    }
    headReceived = true;
    shared.delivered(this);
    heard.upstreamHead(head);
    if (end) {
      take(Unpooled.EMPTY_BUFFER, 0, true);
    }
  }

  private void trailers(Http2Stream of, Http2Headers headers, boolean end) throws Http2Exception {
    if (!end || headers.status() != null || (announced > 0 && received != announced)) {
      throw Http2Heads.malformed(of.id(), "trailers where none may be");
    }
    heldTrailers = Http2Heads.fields(of.id(), headers);
    take(Unpooled.EMPTY_BUFFER, 0, true);
  }

  /** Returns how many bytes the provider may send for these at once. */
  int data(Http2Stream of, ByteBuf data, int padding, boolean end) throws Http2Exception {
    int length = data.readableBytes();
    if (listener == null) {
      return length + padding;
    }
    received += length;
    if (!headReceived || (announced >= 0 && (received > announced || (end && received != announced)))) {
      throw Http2Heads.malformed(of.id(), "not as long as announced");
    }
    return take(data, padding, end) ? length + padding : 0;
  }

  /** Passes it on if somebody waits for it, and holds it otherwise. */
  private boolean take(ByteBuf data, int padding, boolean end) {
    ended = end;
    if (demanded && held == null) {
      shared.delivered(this);
      deliver(end ? last(data.retain()) : new DefaultHttpContent(data.retain()));
      return true;
    }
    ByteBuf kept = held == null ? shared.allocate() : held;
    owed += data.readableBytes() + padding;
    held = kept.writeBytes(data);
    return false;
  }

  private LastHttpContent last(ByteBuf data) {
    HttpHeaders trailers = heldTrailers;
    return trailers == null ? new DefaultLastHttpContent(data) : new DefaultLastHttpContent(data, trailers);
  }

  private void deliver(HttpContent content) {
    Listener heard = listener;
    if (heard == null) {
      content.release();
    } else {
      heard.upstreamContent(content);
    }
  }

  void readComplete() {
    Listener heard = listener;
    if (heard != null) {
      demanded = false;
      heard.upstreamReadComplete();
    }
  }

  @Override
  public void read() {
    demanded = true;
    if (held != null) {
      shared.eventLoop().execute(this::deliverHeld); // never inside the call that asks
    }
  }

  private void deliverHeld() {
    ByteBuf data = held;
    if (data == null || !demanded) {
      return;
    }
    held = null;
    credit();
    deliver(ended ? last(data) : new DefaultHttpContent(data));
    readComplete();
  }

  private void credit() {
    int taken = owed;
    owed = 0;
    Http2Stream open = stream;
    if (taken > 0 && open != null) {
      shared.consumed(open, taken);
    }
  }

  // The end.

  /** The provider ended the stream; an answer that is complete stands (RFC 9113 section 8.1). */
  void reset(boolean unprocessed) {
    if (!ended) {
      broken(unprocessed && !headReceived ? Loss.UNPROCESSED : Loss.UNKNOWN);
    }
  }

  /** The stream is closed, whoever did it. */
  void closed(boolean unprocessed) {
    freeSlot();
    reset(unprocessed);
  }

  private void broken(Loss loss) {
    Listener heard = listener;
    forget();
    if (heard != null) {
      heard.upstreamBroken(loss);
    }
  }

  /** A provider that has answered may never read what is left of the request, whose stream would then stay for ever. */
  @Override
  public void release() {
    forget();
    Http2Stream open = stream;
    if (open != null && open.state().localSideOpen()) {
      shared.resetStream(open, Http2Error.CANCEL);
    }
  }

  @Override
  public void abort() {
    forget();
    Http2Stream open = stream;
    if (open == null) {
      freeSlot();
    } else {
      shared.resetStream(open, Http2Error.CANCEL);
    }
  }

  private void forget() {
    listener = null;
    ByteBuf unread = held;
    held = null;
    if (unread != null) {
      unread.release();
      credit();
    }
  }

  private void freeSlot() {
    if (!slotFree) {
      slotFree = true;
      shared.slotFreed();
    }
  }
}
