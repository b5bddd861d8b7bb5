package dev.authpipe.quickstart.sample;

import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** An answer to a browser: status, media type, bytes, and a cookie to set where there is one. */
final class Reply {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final String mediaType;
  private final byte[] body;
  private final @Nullable String cookie;
  private final boolean personal;

  private Reply(int status, String mediaType, byte[] body, @Nullable String cookie, boolean personal) {
    this.status = status;
    this.mediaType = mediaType;
    this.body = body;
    this.cookie = cookie;
    this.personal = personal;
  }

  static Reply bytes(String mediaType, byte[] body) {
    return new Reply(200, mediaType, body, null, false);
  }

  static Reply json(int status, Object value) {
    try {
      return new Reply(status, "application/json", JSON.writeValueAsBytes(value), null, true);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer of this application is not JSON", e);
    }
  }

  static Reply error(int status, String code, String message) {
    return json(status, Map.of("code", code, "message", message));
  }

  static Reply notFound() {
    return error(404, "not_found", "There is nothing here.");
  }

  Reply withCookie(String setCookie) {
    return new Reply(status, mediaType, body, setCookie, personal);
  }

  int status() {
    return status;
  }

  String mediaType() {
    return mediaType;
  }

  byte[] body() {
    return body;
  }

  @Nullable
  String cookie() {
    return cookie;
  }

  /** Pages hold nothing of anybody, and a browser that keeps them shows them again as they were left. */
  String cacheControl() {
    return personal ? "no-store" : "no-cache";
  }
}
