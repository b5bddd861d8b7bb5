package dev.authpipe.proxy.forward;

import java.util.List;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.echo.EchoGuard;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * What the provider is asked, without the credential, which is put into a copy each time. Never keeps a credential.
 *
 * @param asked       what the caller sent
 * @param destination where it goes
 * @param api         how the API is called
 * @param handshake   null: no WebSocket is asked for
 * @param guard       hears of each credential that is put in
 */
record ProviderRequest(HttpRequest asked, Destination destination, ApiProfile api, @Nullable WebSocketHandshake handshake,
    EchoGuard guard) {

  /** The head to send, with the credential in it. */
  HttpRequest with(OpenCredential credential) {
    HttpHeaders headers = ForwardHeaders.toProvider(asked.headers(), api);
    headers.set(HttpHeaderNames.HOST, destination.origin().authority());
    if (isChunked()) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      announceTrailers(headers);
    } else if (asked.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, asked.headers().get(HttpHeaderNames.CONTENT_LENGTH));
    }
    if (handshake != null) {
      WebSocketHandshake.ask(headers);
    } else if (takesTrailers()) {
      headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS).set(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
    }
    Injector.inject(headers, api.injection(), credential, guard);
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, asked.method(), destination.target(), headers);
  }

  /** Whether the body has no length beforehand, and so may have trailers (RFC 9112 section 7.1.2). */
  boolean isChunked() {
    return HttpUtil.isTransferEncodingChunked(asked);
  }

  private void announceTrailers(HttpHeaders headers) {
    List<String> names = ForwardTrailers.announced(asked.headers(), name -> ForwardHeaders.passesToProvider(name, api));
    if (!names.isEmpty()) {
      headers.set(HttpHeaderNames.TRAILER, String.join(", ", names));
    }
  }

  /** What else TE could say is between two neighbours (RFC 9110 section 10.1.4). */
  private boolean takesTrailers() {
    return asked.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0
        && asked.headers().containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
  }
}
