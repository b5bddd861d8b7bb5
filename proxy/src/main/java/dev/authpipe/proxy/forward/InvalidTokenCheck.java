package dev.authpipe.proxy.forward;

import java.io.IOException;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;

import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;

/**
 * Reads from an answer whether the provider says that the access token is no longer good (refresh.md step 11). Never guesses: only the
 * profile's signal counts.
 */
final class InvalidTokenCheck {
  /** Answers longer than this are not looked into. */
  static final int BODY_LIMIT = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private InvalidTokenCheck() {}

  /** Whether status and header fit; then a body pointer, if there is one, decides. */
  static boolean headFits(InvalidTokenSignal signal, HttpResponse head) {
    if (!signal.statuses().contains(head.status().code())) {
      return false;
    }
    String text = signal.headerContains();
    if (text != null && head.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE).stream()
        .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains(text))) {
      return false;
    }
    return signal.bodyPointer() == null || isSmallJson(head);
  }

  static boolean bodyFits(InvalidTokenSignal signal, byte[] body) {
    String pointer = signal.bodyPointer();
    if (pointer == null) {
      return true;
    }
    try {
      JsonNode value = JSON.readTree(body).at(JsonPointer.compile(pointer));
      return value.isValueNode() && signal.bodyValues().contains(value.asText());
    } catch (IOException notJson) {
      return false;
    }
  }

  private static boolean isSmallJson(HttpResponse head) {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
    String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0");
    return type.contains("json") && encoding.equalsIgnoreCase("identity") && length.length() <= 5
        && Integer.parseInt(length) <= BODY_LIMIT;
  }
}
