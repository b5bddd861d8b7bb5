package dev.authpipe.proxy.forward;

import java.util.Set;

import io.netty.handler.codec.http.HttpMethod;

import dev.authpipe.proxy.egress.Upstream;

/** How often one call may be made again whose exchange broke before its answer. Never allows what could be carried out twice. */
final class Redials {
  private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT,
      HttpMethod.DELETE);
  private static final int REFUSALS_BORNE = 3;

  private final HttpMethod method;
  private boolean redialed;
  private int refusals;

  Redials(HttpMethod method) {
    this.method = method;
  }

  /** Whether it may be made once more, which then counts. */
  boolean may(Upstream.Loss loss, boolean reused) {
    return switch (loss) {
      case UNPROCESSED -> refusals++ < REFUSALS_BORNE; // whatever the method: the provider has not begun (RFC 9113 section 8.7)
      case UNKNOWN -> {
        boolean stale = reused && !redialed && IDEMPOTENT.contains(method);
        redialed |= stale; // the provider had closed the idle connection before it heard of this call (RFC 9112 section 9.3.1)
        yield stale;
      }
    };
  }
}
