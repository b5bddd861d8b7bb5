package dev.authpipe.proxy.forward;

import java.util.List;
import java.util.Set;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

import dev.authpipe.proxy.catalog.CallLimits.Retries;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/** How often a call may be made again: what its caller says in {@value #HEADER}, else what the profile says (S29). */
final class AskedRetries {
  /** A number from 0 to {@value Retries#MOST}. */
  static final String HEADER = "authpipe-retries";
  private static final AsciiString HASHED = AsciiString.cached(HEADER);
  private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT,
      HttpMethod.DELETE);

  private AskedRetries() {}

  /** Refuses a header that is no such number. */
  static void check(HttpRequest request) {
    List<String> said = request.headers().getAll(HASHED);
    if (said.size() > 1 || (said.size() == 1 && !said.getFirst().matches("[0-" + Retries.MOST + "]"))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "Authpipe-Retries is a number from 0 to " + Retries.MOST + ".");
    }
  }

  /** How often this call may be made again: never where a second one could do harm. */
  static int most(HttpRequest request, Retries profile) {
    if (!isRepeatable(request, profile)) {
      return 0;
    }
    String said = request.headers().get(HASHED);
    return said == null ? profile.most() : Integer.parseInt(said);
  }

  /** Whether a second such call does no harm: by its method (RFC 9110 section 9.2.2), or by a key that the provider knows it by. */
  private static boolean isRepeatable(HttpRequest request, Retries profile) {
    return IDEMPOTENT.contains(request.method())
        || (profile.idempotencyHeader() != null && request.headers().contains(profile.idempotencyHeader()));
  }
}
