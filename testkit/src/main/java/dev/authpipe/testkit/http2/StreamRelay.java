package dev.authpipe.testkit.http2;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.ReferenceCountUtil;

/** One stream and the connection behind it. A connection that ends before its answer did resets the stream. */
final class StreamRelay extends ChannelInboundHandlerAdapter {
  private final Channel stream;
  private final Deque<Object> early = new ArrayDeque<>();
  private final Channel behind;
  private boolean connected;
  private boolean interim;
  private boolean answered;

  private StreamRelay(Channel stream, int port) {
    this.stream = stream;
    var connecting = new Bootstrap().group(stream.eventLoop()).channel(NioSocketChannel.class)
        .option(ChannelOption.AUTO_READ, false).handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new HttpClientCodec(), new Behind());
          }
        }).connect(InetAddress.getLoopbackAddress(), port);
    this.behind = connecting.channel();
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        reset();
        return;
      }
      connected = true;
      early.forEach(behind::write);
      early.clear();
      behind.flush();
      behind.read();
      stream.read();
    });
  }

  static void begin(Channel stream, int port) {
    stream.config().setAutoRead(false);
    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), new StreamRelay(stream, port));
    stream.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      for (var extension : HttpConversionUtil.ExtensionHeaderNames.values()) {
        head.headers().remove(extension.text());
      }
    }
    if (connected) {
      behind.write(message);
    } else {
      early.addLast(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (connected) {
      behind.flush();
      if (behind.isWritable()) {
        stream.read();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (stream.isWritable()) {
      behind.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    behind.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    behind.close();
    ctx.close();
  }

  private void reset() {
    stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  private final class Behind extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        interim = true;
        var headers = HttpConversionUtil.toHttp2Headers(head.headers(), true).status(head.status().codeAsText());
        stream.write(new DefaultHttp2HeadersFrame(headers, false));
      } else if (interim && message instanceof HttpContent end) {
        interim = false;
        end.release();
      } else {
        answered |= message instanceof LastHttpContent;
        stream.write(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      stream.flush();
      if (answered) {
        ctx.close();
      } else if (stream.isWritable()) {
        ctx.read();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (behind.isWritable()) {
        stream.read();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!answered) {
        reset();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
