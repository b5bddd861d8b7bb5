package dev.authpipe.proxy.egress;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * The answer to one small request. Body and header values come from a stranger and may be secret: it prints the status only. A redirect is
 * an answer like any other, never followed.
 */
public final class OutboundResponse {
  private final int status;
  private final Map<String, List<String>> headers;
  private final SecretBytes body;

  OutboundResponse(int status, Map<String, List<String>> headers, SecretBytes body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The HTTP status, 200 to 599. */
  public int status() {
    return status;
  }

  /** The first value of a header, whatever its case. */
  public Optional<String> header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** All headers by lower-case name. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The body, at most the request's limit; the receiver closes it. */
  public SecretBytes body() {
    return body;
  }

  @Override
  public String toString() {
    return "status " + status;
  }
}
