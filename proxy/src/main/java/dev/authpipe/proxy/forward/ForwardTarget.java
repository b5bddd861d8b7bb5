package dev.authpipe.proxy.forward;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.wire.ConnectionId;

/**
 * The request target of a proxied call, taken apart without changing a byte of path or query.
 *
 * @param connection the connection; null: not an id, which answers like an unknown one
 * @param path       empty, or from the slash behind the connection to the question mark
 * @param query      from the question mark to the end, with it; empty: none
 */
record ForwardTarget(@Nullable ConnectionId connection, String path, String query) {
  private static final String BEFORE = "/v1/proxy/";

  static boolean isTarget(String target) {
    return target.startsWith(BEFORE);
  }

  static ForwardTarget parse(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c > '~' || c == '#') {
        throw new ProblemException(ErrorCode.PATH_NOT_ALLOWED, "The address has a character that must be percent-encoded.");
      }
    }
    int question = target.indexOf('?');
    int end = question < 0 ? target.length() : question;
    int slash = target.indexOf('/', BEFORE.length());
    int idEnd = slash < 0 || slash > end ? end : slash;
    return new ForwardTarget(id(target.substring(BEFORE.length(), idEnd)), target.substring(idEnd, end), target.substring(end));
  }

  private static @Nullable ConnectionId id(String text) {
    try {
      return ConnectionId.parse(text);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }
}
