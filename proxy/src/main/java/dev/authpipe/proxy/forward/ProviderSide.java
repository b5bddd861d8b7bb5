package dev.authpipe.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.egress.UpstreamConnections;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;

/**
 * The provider's side of one call: finds or makes a connection and sends the request's head on it, again on another when it is told to.
 * Never decides by itself to send anything twice. Stays on the event loop of the caller.
 */
final class ProviderSide implements Upstream.Listener {

  /** Who hears what comes of it; nothing any more after {@link #end()}. */
  interface Heard {
    /** The head has been given to the connection and the body may follow. */
    void providerAttached(Upstream ready);

    /** The head of an answer, also informational ones; its parts follow. */
    void providerHead(HttpResponse head);

    /** A part of the answer's body; the one who hears it releases it. */
    void providerContent(HttpContent content);

    /** Bytes after 101; the one who hears them releases them. */
    default void providerBytes(ByteBuf bytes) {
      bytes.release();
    }

    /** What was asked for has been delivered. */
    void providerReadComplete();

    /** Room to write more, or none left. */
    void providerWritabilityChanged();

    /**
     * The connection is gone, or refused this request.
     *
     * @param loss   whether the provider may have acted on it
     * @param reused whether an earlier call had used the connection
     */
    void providerBroke(Upstream.Loss loss, boolean reused);

    /** There is no connection to be had. */
    void providerUnreachable(ErrorCode code);
  }

  private final UpstreamConnections connections;
  private final HotConnection caller;
  private final Destination destination;
  private Heard heard;
  private final boolean switches;
  private HttpRequest head;
  private @Nullable Upstream upstream;
  private boolean ended;

  /** @param head with the first credential */
  ProviderSide(UpstreamConnections connections, HotConnection caller, ProviderRequest request, HttpRequest head, Heard heard) {
    this.connections = connections;
    this.caller = caller;
    this.destination = request.destination();
    this.switches = request.handshake() != null;
    this.head = head;
    this.heard = heard;
  }

  /** Sends the request, on an idle connection if there is one. */
  void start() {
    Upstream idle = switches ? null : connections.idle(destination.kind());
    if (idle == null) {
      dial();
    } else {
      attach(idle);
    }
  }

  /** Another hears what comes from now on. */
  void heardBy(Heard other) {
    heard = other;
  }

  /** Sends the same request once more on a fresh connection. */
  void again() {
    abort();
    dial();
  }

  /** Sends another head on a fresh connection. */
  void again(HttpRequest other) {
    head = other;
    again();
  }

  /** Sends another head, after a pause: on an idle connection if there is one. */
  void afterPause(HttpRequest other) {
    head = other;
    abort();
    start();
  }

  private void dial() {
    Future<Upstream> dialed = switches
        ? connections.connectToSwitch(destination.kind(), caller.eventLoop(), caller.transport())
        : connections.connect(destination.kind(), caller.eventLoop(), caller.transport());
    dialed.addListener(_ -> {
      if (ended) {
        if (dialed.isSuccess()) {
          dialed.getNow().abort();
        }
      } else if (dialed.isSuccess()) {
        attach(dialed.getNow());
      } else {
        heard.providerUnreachable(
            dialed.cause() instanceof OutboundException refused ? code(refused) : ErrorCode.PROVIDER_UNREACHABLE);
      }
    });
  }

  private static ErrorCode code(OutboundException refused) {
    return switch (refused.failure()) {
      case REFUSED_ADDRESS -> ErrorCode.ADDRESS_REFUSED;
      case TIMEOUT -> ErrorCode.PROVIDER_TIMEOUT;
      case BUSY -> ErrorCode.OVERLOADED;
      case UNREACHABLE, TLS, BROKEN, TOO_LARGE -> ErrorCode.PROVIDER_UNREACHABLE;
    };
  }

  private void attach(Upstream ready) {
    upstream = ready;
    ready.send(head, this);
    if (upstream == ready) { // else the write failed at once, and it may be tried on another already
      heard.providerAttached(ready);
    }
  }

  /** The connection in use, or null while there is none. */
  @Nullable
  Upstream current() {
    return upstream;
  }

  /** Asks for more of the answer, if there is a connection. */
  void read() {
    Upstream from = upstream;
    if (from != null) {
      from.read();
    }
  }

  /** Gives the connection back after a complete exchange. */
  void release() {
    Upstream done = upstream;
    upstream = null;
    if (done != null) {
      done.release();
    }
  }

  /** Ends the connection after 101 once all is sent. */
  void finish() {
    Upstream done = upstream;
    upstream = null;
    if (done != null) {
      done.finish();
    }
  }

  /** Cuts the connection in use, if there is one. */
  void abort() {
    Upstream open = upstream;
    upstream = null;
    if (open != null) {
      open.abort();
    }
  }

  /** Nothing is sent or heard any more; the connection in use stays for the owner to release or abort. */
  void end() {
    ended = true;
  }

  @Override
  public void upstreamHead(HttpResponse answer) {
    heard.providerHead(answer);
  }

  @Override
  public void upstreamContent(HttpContent content) {
    heard.providerContent(content);
  }

  @Override
  public void upstreamBytes(ByteBuf bytes) {
    heard.providerBytes(bytes);
  }

  @Override
  public void upstreamReadComplete() {
    if (!ended && upstream != null) {
      heard.providerReadComplete();
    }
  }

  @Override
  public void upstreamWritabilityChanged() {
    if (!ended) {
      heard.providerWritabilityChanged();
    }
  }

  @Override
  public void upstreamBroken(Upstream.Loss loss) {
    Upstream was = upstream;
    if (!ended && was != null) {
      upstream = null;
      heard.providerBroke(loss, was.reused());
    }
  }
}
