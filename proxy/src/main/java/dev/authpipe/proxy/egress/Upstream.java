package dev.authpipe.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;

/**
 * The way to a provider while it belongs to one proxied call. Lives on the caller's event loop and must be used on it only; nothing is read
 * unless {@link #read()} asks for it, so that a slow caller slows the provider down.
 */
public sealed interface Upstream permits Http1Upstream, Http2Upstream {

  /** What the owner of the call hears. Buffers belong to the listener from then on. */
  interface Listener {
    /** The head of an answer, also informational ones (1xx). */
    void upstreamHead(HttpResponse head);

    /** A part of the body. */
    void upstreamContent(HttpContent content);

    /** Bytes after {@link #switchProtocols()}. */
    default void upstreamBytes(ByteBuf bytes) {
      bytes.release();
    }

    /** All that was asked for has been delivered: ask again if more is wanted. */
    void upstreamReadComplete();

    /** Room to write more, or none left. */
    void upstreamWritabilityChanged();

    /** The exchange ended early or broke; nothing follows. */
    void upstreamBroken(Loss loss);
  }

  /** Whether the provider may have acted on a request whose exchange broke. */
  enum Loss {
    /** The provider said that it has not begun to, so any request may be sent again (RFC 9113 section 8.7). */
    UNPROCESSED,
    /** It may have. */
    UNKNOWN
  }

  /** Whether an earlier call used this connection: then it may have been closed by the provider without our knowing. */
  boolean reused();

  /** Sends the head of a request and names who hears the answer. */
  void send(HttpRequest head, Listener heard);

  /** Writes a part of the body. */
  void write(HttpContent content);

  /** Sends what was written. */
  void flush();

  /** Whether more may be written now. */
  boolean isWritable();

  /** Asks for more of the answer. */
  void read();

  /**
   * The answer was 101 and is what was asked for: from now on the connection carries bytes that are not HTTP, and belongs to nobody else any
   * more. Only what {@link UpstreamConnections#connectToSwitch} made can do it.
   */
  default void switchProtocols() {
    throw new IllegalStateException("this connection was not made to switch protocols");
  }

  /** Writes bytes after {@link #switchProtocols()}. */
  default void writeBytes(ByteBuf bytes) {
    bytes.release();
    throw new IllegalStateException("this connection has not switched protocols");
  }

  /** Ends the connection after {@link #switchProtocols()} once all that was written is sent. */
  default void finish() {
    abort();
  }

  /** Gives the connection back after a complete exchange; it is kept if it can serve another. */
  void release();

  /** Ends the exchange; the provider's call, if under way, is cut. */
  void abort();
}
