package dev.authpipe.proxy.egress;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One call over an {@link Upstream}, which keeps what it hears. With {@code hungry} off it takes nothing until told to. */
final class RecordedCall implements Upstream.Listener {
  final CompletableFuture<Upstream> attached = new CompletableFuture<>();
  final CompletableFuture<HttpResponse> head = new CompletableFuture<>();
  final CompletableFuture<HttpHeaders> ended = new CompletableFuture<>();
  final CompletableFuture<Upstream.Loss> broken = new CompletableFuture<>();
  final List<Integer> interim = new ArrayList<>();
  final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final EventLoop loop;
  private final HttpRequest request;
  private byte[] sent = {};
  private volatile boolean hungry;
  private final AtomicLong received = new AtomicLong();
  private @Nullable Upstream upstream;

  private RecordedCall(EventLoop loop, HttpMethod method, Origin origin, String path, boolean hungry) {
    this.loop = loop;
    this.request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, path);
    this.request.headers().set(HttpHeaderNames.HOST, origin.authority());
    this.hungry = hungry;
  }

  static RecordedCall start(UpstreamConnections connections, UpstreamKind kind, EventLoop loop, HttpMethod method, String path,
      boolean hungry) {
    return start(connections, kind, loop, new RecordedCall(loop, method, kind.origin(), path, hungry));
  }

  /** One that sends a body. */
  static RecordedCall start(UpstreamConnections connections, UpstreamKind kind, EventLoop loop, String path, byte[] sent) {
    RecordedCall call = new RecordedCall(loop, HttpMethod.POST, kind.origin(), path, true);
    call.request.headers().set(HttpHeaderNames.CONTENT_LENGTH, sent.length);
    call.sent = sent;
    return start(connections, kind, loop, call);
  }

  private static RecordedCall start(UpstreamConnections connections, UpstreamKind kind, EventLoop loop, RecordedCall call) {
    loop.execute(() -> {
      Upstream idle = connections.idle(kind);
      if (idle != null) {
        call.attach(idle);
        return;
      }
      Future<Upstream> made = connections.connect(kind, loop, NioSocketChannel.class);
      made.addListener(_ -> {
        if (made.isSuccess()) {
          call.attach(made.getNow());
        } else {
          call.attached.completeExceptionally(made.cause());
        }
      });
    });
    return call;
  }

  private void attach(Upstream ready) {
    upstream = ready;
    ready.send(request, this);
    ready.write(new DefaultLastHttpContent(Unpooled.wrappedBuffer(sent)));
    ready.flush();
    if (hungry) {
      ready.read();
    }
    attached.complete(ready);
  }

  /** Takes everything from now on. */
  void eat() {
    loop.execute(() -> {
      hungry = true;
      if (upstream != null) {
        upstream.read();
      }
    });
  }

  void abort() {
    loop.execute(() -> {
      if (upstream != null) {
        upstream.abort();
      }
    });
  }

  long received() {
    return received.get();
  }

  String text() throws Exception {
    ended.get(10, TimeUnit.SECONDS);
    return body.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public void upstreamHead(HttpResponse answer) {
    if (answer.status().code() < 200) {
      interim.add(answer.status().code());
    } else {
      head.complete(answer);
    }
  }

  @Override
  public void upstreamContent(HttpContent content) {
    if (!head.isDone()) {
      content.release(); // the end of an interim answer
      return;
    }
    received.addAndGet(content.content().readableBytes());
    if (body.size() < 1024 * 1024) {
      byte[] bytes = new byte[content.content().readableBytes()];
      content.content().readBytes(bytes);
      body.writeBytes(bytes);
    }
    if (content instanceof LastHttpContent last) {
      ended.complete(last.trailingHeaders().copy());
      if (upstream != null) {
        upstream.release();
      }
    }
    content.release();
  }

  @Override
  public void upstreamReadComplete() {
    if (hungry && upstream != null) {
      upstream.read();
    }
  }

  @Override
  public void upstreamWritabilityChanged() {
    // its requests have no body
  }

  @Override
  public void upstreamBroken(Upstream.Loss loss) {
    upstream = null;
    broken.complete(loss);
  }
}
