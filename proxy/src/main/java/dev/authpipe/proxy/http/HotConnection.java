package dev.authpipe.proxy.http;

import java.net.InetAddress;
import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of one hot exchange. Writing {@code LastHttpContent} ends the exchange; afterwards nothing may be written. To be used
 * on the event loop only, except {@link #execute}.
 */
public interface HotConnection {

  /** The event loop of this connection; the provider's side belongs on the same. */
  EventLoop eventLoop();

  /** The kind of socket, for connections of the same transport. */
  Class<? extends Channel> transport();

  /** The id of this request. */
  String requestId();

  /** The address behind trusted proxies. */
  InetAddress remoteAddress();

  /** The same with the client certificate that the handshake proved, if there is one. */
  Peer peer();

  /** Runs something on the event loop unless the exchange has ended by then; from any thread. */
  void execute(Runnable action);

  /** Whether the exchange is still open. */
  boolean isOpen();

  /** Asks for more of the request's body; answers {@code Expect: 100-continue} the first time. */
  void read();

  /** Whether more of the answer may be written now. */
  boolean isWritable();

  /** An empty buffer for what is answered at once; its owner answers with it or releases it. */
  ByteBuf buffer(int length);

  /** Answers in one piece and ends the exchange. */
  void answer(FullHttpResponse response);

  /** Begins an answer of our own. */
  void head(HttpResponse response);

  /** Begins an answer that comes from a provider and is not ours to adorn. */
  void relay(HttpResponse response);

  /** Answers with what a provider answered in one piece, and ends the exchange. */
  void relay(HttpResponse response, LastHttpContent content);

  /** Sends an informational answer (1xx, never 101) where the caller's version of HTTP has them; the answer still follows. */
  void interim(HttpResponseStatus status, HttpHeaders headers);

  /** Goes on with the answer; its last part, which may have trailers, ends the exchange. */
  void content(HttpContent content);

  /** Sends what was written. */
  void flush();

  /** Answers with a problem and ends the exchange; the header {@code Authpipe-Error} tells it from a provider's answer. */
  void problem(ErrorCode code, String detail, @Nullable Duration retryAfter);

  /** Whether {@link #switchProtocols} is possible: the caller speaks HTTP/1.1 and has sent its request and nothing behind it. */
  boolean canSwitch();

  /**
   * Answers 101 (RFC 9110 section 15.2.2). From then on the connection carries bytes that are not HTTP: {@link HotExchange#callerBytes} hears
   * them, {@link #bytes} sends them, {@link #finish} ends.
   */
  void switchProtocols(FullHttpResponse switching);

  /** Writes bytes after 101. */
  void bytes(ByteBuf bytes);

  /** Ends the connection after 101 once all that was written is sent. */
  void finish();

  /** Cuts the connection, because the answer cannot be completed. */
  void abort();
}
