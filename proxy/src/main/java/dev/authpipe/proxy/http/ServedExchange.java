package dev.authpipe.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What a hot route made of a request. A mistake of ours in it is answered like any other error while that is possible. */
final class ServedExchange {
  private final CallerSide caller;
  private final Faults faults;
  private @Nullable HotExchange exchange;

  ServedExchange(CallerSide caller, Faults faults) {
    this.caller = caller;
    this.faults = faults;
  }

  void begin(HotRoute route, HttpRequest request) {
    guarded(() -> exchange = route.open(caller, request));
  }

  void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException fault) {
      ErrorCode code = faults.code(fault, caller.requestId());
      callerGone();
      caller.mistaken(code);
    }
  }

  /** Hands a part of the body over; false: there is nobody to take it. */
  boolean requestContent(HttpContent content) {
    HotExchange serving = exchange;
    if (serving != null) {
      serving.requestContent(content);
    }
    return serving != null;
  }

  void callerBytes(ByteBuf bytes) {
    HotExchange serving = exchange;
    if (serving == null) {
      bytes.release();
    } else {
      serving.callerBytes(bytes);
    }
  }

  void requestReadComplete() {
    HotExchange serving = exchange;
    if (serving != null) {
      serving.requestReadComplete();
    }
  }

  void callerWritabilityChanged() {
    HotExchange serving = exchange;
    if (serving != null) {
      serving.callerWritabilityChanged();
    }
  }

  void callerGone() {
    HotExchange serving = exchange;
    if (serving != null) {
      serving.callerGone();
    }
  }
}
