package dev.authpipe.proxy.proof;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import dev.authpipe.proxy.http.ErrorCode;

/** One way to meet each error. Adding a code without a way to meet it fails the test. */
final class ErrorCases {

  /** Does what it takes and returns what was met. */
  interface Case {
    Met meet() throws Exception;
  }

  private final Map<ErrorCode, Case> cases = new EnumMap<>(ErrorCode.class);
  private final Set<ErrorCode> pages = EnumSet.noneOf(ErrorCode.class);

  /** A way that ends with a problem. */
  ErrorCases problem(ErrorCode code, Case way) {
    if (cases.put(code, way) != null) {
      throw new IllegalStateException("two ways to " + code);
    }
    return this;
  }

  /** A way that ends with a page, because a browser is on it. */
  ErrorCases page(ErrorCode code, Case way) {
    pages.add(code);
    return problem(code, way);
  }

  Set<ErrorCode> codes() {
    return cases.keySet();
  }

  void check(ErrorCode code) throws Exception {
    Case way = cases.get(code);
    if (way == null) {
      throw new AssertionError("nobody knows how to meet " + code + ": add a way to ErrorCases, or remove the code");
    }
    way.meet().assertIs(code, pages.contains(code));
  }
}
