package dev.authpipe.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;

/** One request of a hot route, from its head to the end of its answer. All calls come on the event loop; none may block. */
public interface HotExchange {

  /** A part of the request's body, or its end; the exchange releases it. */
  void requestContent(HttpContent content);

  /** What was asked for with {@link HotConnection#read()} has been delivered. */
  default void requestReadComplete() {}

  /** Bytes after 101; the exchange releases them. */
  default void callerBytes(ByteBuf bytes) {
    bytes.release();
  }

  /** Room to write more of the answer, or none left. */
  default void callerWritabilityChanged() {}

  /** The caller left or broke the protocol: end everything; nothing can be answered any more. */
  void callerGone();
}
