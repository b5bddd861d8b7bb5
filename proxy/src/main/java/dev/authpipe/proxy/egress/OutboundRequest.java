package dev.authpipe.proxy.egress;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * One small request to a provider. All header values and the body count as secret: it prints method and origin only. Immutable; the
 * {@code with…} methods return a changed copy.
 */
public final class OutboundRequest {
  /** The deadline of an OAuth call when none is given. */
  public static final Duration DEADLINE = Duration.ofSeconds(20);
  /** The largest answer when no other limit is given, in bytes. */
  public static final int ANSWER_LIMIT = 64 * 1024;

  private final String method;
  private final URI uri;
  private final Map<String, SecretText> headers;
  private final @Nullable SecretBytes body;
  private final Duration deadline;
  private final int answerLimit;
  private final TlsVersion tls;

  private OutboundRequest(String method, URI uri, Map<String, SecretText> headers, @Nullable SecretBytes body, Duration deadline,
      int answerLimit, TlsVersion tls) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
    this.deadline = deadline;
    this.answerLimit = answerLimit;
    this.tls = tls;
  }

  /**
   * A request without body.
   *
   * @param uri absolute, {@code https} (or the origin of a stand-in), without userinfo
   */
  public static OutboundRequest of(String method, URI uri) {
    if (!method.matches("[A-Z]{1,16}") || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("needs a method and an absolute address without userinfo");
    }
    return new OutboundRequest(method, uri, Map.of(), null, DEADLINE, ANSWER_LIMIT, TlsVersion.TLS_1_3);
  }

  /** With a header; a value with CR, LF or NUL is refused. Host, Content-Length and Connection are set by the sender. */
  public OutboundRequest withHeader(String name, String value) {
    return withHeader(name, SecretText.of(value));
  }

  /** With a header whose value is secret; the request keeps the value, it must stay unwiped until the exchange ends. */
  public OutboundRequest withHeader(String name, SecretText value) {
    if (!name.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException("not a header name");
    }
    for (byte b : value.exposeUtf8()) {
      if (b == '\r' || b == '\n' || b == 0) {
        throw new IllegalArgumentException("header value with a control character");
      }
    }
    Map<String, SecretText> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new OutboundRequest(method, uri, more, body, deadline, answerLimit, tls);
  }

  /** With a body; the request keeps the bytes, they must stay unwiped until the exchange ends. */
  public OutboundRequest withBody(String contentType, SecretBytes content) {
    return new OutboundRequest(method, uri, headers, content, deadline, answerLimit, tls).withHeader("Content-Type", contentType);
  }

  /** With a form as body, already encoded as {@code application/x-www-form-urlencoded}. */
  public OutboundRequest withForm(SecretText encoded) {
    return withBody("application/x-www-form-urlencoded",
        SecretBytes.copyOf(encoded.expose().getBytes(StandardCharsets.US_ASCII)));
  }

  /** With another deadline for the whole exchange, name look-up included. */
  public OutboundRequest withDeadline(Duration other) {
    return new OutboundRequest(method, uri, headers, body, other, answerLimit, tls);
  }

  /** With another limit for the answer's body, in bytes after decompression. */
  public OutboundRequest withAnswerLimit(int bytes) {
    return new OutboundRequest(method, uri, headers, body, deadline, bytes, tls);
  }

  /** With another least version of TLS than 1.3. */
  public OutboundRequest withTls(TlsVersion least) {
    return new OutboundRequest(method, uri, headers, body, deadline, answerLimit, least);
  }

  /** The method, in capitals. */
  public String method() {
    return method;
  }

  /** The address. */
  public URI uri() {
    return uri;
  }

  /** Header values by name as given. */
  public Map<String, SecretText> headers() {
    return headers;
  }

  /** The body, or null. */
  public @Nullable SecretBytes body() {
    return body;
  }

  /** The deadline of the whole exchange. */
  public Duration deadline() {
    return deadline;
  }

  /** The largest answer, in bytes. */
  public int answerLimit() {
    return answerLimit;
  }

  /** The least version of TLS. */
  public TlsVersion tls() {
    return tls;
  }

  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + "/***";
  }
}
