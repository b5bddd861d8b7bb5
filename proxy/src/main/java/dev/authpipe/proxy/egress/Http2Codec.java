package dev.authpipe.proxy.egress;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Settings;

/** Netty's codec of HTTP/2 as it is set towards providers. Never allows a push, and never lets one answer use up the window of all. */
final class Http2Codec {
  private static final int CONNECTION_WINDOW = 16 * 1024 * 1024;
  private static final float REFILLED_AT = 0.5f;

  private Http2Codec() {}

  static Http2ConnectionHandler handler(Http2Limits limits, Http2FrameListener listener) {
    Http2Connection connection = new DefaultHttp2Connection(false, 0);
    connection.local().flowController(new DefaultHttp2LocalFlowController(connection, REFILLED_AT, true)); // the connection's, at once
    connection.local().allowPushTo(false); // also before the provider confirms our settings
    Http2Settings settings = new Http2Settings().pushEnabled(false).initialWindowSize(limits.streamWindow())
        .maxHeaderListSize(limits.headerListSize()).maxConcurrentStreams(0);
    return new Http2ConnectionHandlerBuilder().connection(connection).frameListener(listener).initialSettings(settings)
        .headerSensitivityDetector((name, _) -> Http2Heads.isSensitive(name)).gracefulShutdownTimeoutMillis(0)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(limits.emptyFrames()).build();
  }

  /** Widens the window of the connection: it bounds what is under way, and each answer has its own to bound what is kept. */
  static void widen(Http2ConnectionHandler handler) {
    try {
      handler.decoder().flowController().incrementWindowSize(handler.connection().connectionStream(), CONNECTION_WINDOW);
    } catch (Http2Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
