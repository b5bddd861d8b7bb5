package dev.authpipe.proxy.egress;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * HTTP/1.1 towards a provider, one call at a time (RFC 9112). Netty's own codec for clients cannot tell whether the next answer has begun, which
 * before the next request is nobody's (section 9.2).
 */
final class Http1Codec extends CombinedChannelDuplexHandler<Http1Codec.Answers, HttpRequestEncoder> {

  Http1Codec() {
    super(new Answers(), new HttpRequestEncoder());
  }

  /** What is asked next, for it decides whether the answer has a body. */
  void asks(HttpMethod method) {
    inboundHandler().asked = method;
  }

  /** Whether something has come behind the last whole answer. */
  boolean hasBegun() {
    return inboundHandler().hasBegun();
  }

  /** Reads answers. */
  static final class Answers extends HttpResponseDecoder {
    private HttpMethod asked = HttpMethod.GET;
    private boolean begun;

    Answers() {
      super(DirectOutbound.strict());
    }

    boolean hasBegun() {
      return begun || actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
      int before = in.readableBytes();
      int had = out.size();
      super.decode(ctx, in, out);
      if (out.size() > had && out.getLast() instanceof LastHttpContent) {
        begun = false;
      } else if (in.readableBytes() < before) {
        begun = true;
      }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage answer) {
      return asked.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(answer);
    }
  }
}
