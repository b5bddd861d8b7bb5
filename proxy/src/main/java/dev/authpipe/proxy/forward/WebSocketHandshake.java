package dev.authpipe.proxy.forward;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/**
 * A caller's wish to speak WebSocket with the provider (RFC 6455 section 4). Only a provider that proves that it understood the wish gets a
 * tunnel: one that lets anything else through could be made to read a second request in it.
 *
 * @param key the caller's Sec-WebSocket-Key
 */
record WebSocketHandshake(String key) {
  private static final String APPENDED = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 section 1.3

  /**
   * The wish, or null if the request has none.
   *
   * @throws ProblemException if it is not one that RFC 6455 knows
   */
  static @Nullable WebSocketHandshake asked(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      return null;
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    boolean bodiless = !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
    if (!request.method().equals(HttpMethod.GET) || !bodiless || headers.getAll(HttpHeaderNames.UPGRADE).size() != 1
        || !headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13")) || keys.size() != 1
        || !keys.getFirst().matches("[A-Za-z0-9+/]{22}==")) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "This is not the handshake of a WebSocket (RFC 6455 section 4.1).");
    }
    return new WebSocketHandshake(keys.getFirst());
  }

  /** Whether the answer of status 101 shows that the provider understood this wish, and no other. */
  boolean isAcceptedBy(HttpResponse answer) {
    HttpHeaders headers = answer.headers();
    List<String> protocols = headers.getAll(HttpHeaderNames.UPGRADE);
    return protocols.size() == 1 && protocols.getFirst().strip().toLowerCase(Locale.ROOT).equals("websocket")
        && headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT).equals(List.of(acceptance()))
        && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && HttpUtil.getContentLength(answer, 0L) == 0;
  }

  private String acceptance() {
    try {
      return Base64.getEncoder().encodeToString(
          MessageDigest.getInstance("SHA-1").digest((key + APPENDED).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Puts the wish into a request. */
  static void ask(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE).set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
  }
}
