package dev.authpipe.testkit.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What reached the server in one request, byte for byte: request line and header fields in their order, and the body as far
 * as it was read (the first 64 KiB of it are kept, the rest is counted).
 *
 * <p>{@link #toString()} shows method and path only: query, header fields and body may hold secrets.
 */
public final class RecordedRequest {

  static final int KEPT_BODY_BYTES = 64 * 1024;

  private final byte[] head;
  private final String method;
  private final String rawTarget;
  private final List<Header> headers;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long bodyLength;

  RecordedRequest(byte[] head, String method, String rawTarget, List<Header> headers) {
    this.head = head;
    this.method = method;
    this.rawTarget = rawTarget;
    this.headers = List.copyOf(headers);
  }

  public String method() {
    return method;
  }

  /** The request target exactly as sent, path and query. */
  public String rawTarget() {
    return rawTarget;
  }

  public String rawPath() {
    var mark = rawTarget.indexOf('?');
    return mark < 0 ? rawTarget : rawTarget.substring(0, mark);
  }

  /** What follows the first question mark, exactly as sent; empty when there is none. */
  public String rawQuery() {
    var mark = rawTarget.indexOf('?');
    return mark < 0 ? "" : rawTarget.substring(mark + 1);
  }

  /** Header fields in the order and the spelling of the wire. */
  public List<Header> headers() {
    return headers;
  }

  /** The first field of that name, whatever its case. */
  public Optional<String> header(String name) {
    return headers.stream().filter(header -> header.is(name)).map(Header::value).findFirst();
  }

  public List<String> headerValues(String name) {
    return headers.stream().filter(header -> header.is(name)).map(Header::value).toList();
  }

  /** Request line and header fields, exactly as they came, with the empty line that ends them. */
  public byte[] head() {
    return head.clone();
  }

  /** The part of the body that was read, at most 64 KiB of it. */
  public synchronized byte[] body() {
    return body.toByteArray();
  }

  public String bodyText() {
    return new String(body(), StandardCharsets.UTF_8);
  }

  /** How many body bytes the server has read. */
  public synchronized long bodyLength() {
    return bodyLength;
  }

  synchronized void append(byte[] bytes, int offset, int length) {
    bodyLength += length;
    var room = KEPT_BODY_BYTES - body.size();
    if (room > 0) {
      body.write(bytes, offset, Math.min(room, length));
    }
  }

  @Override
  public String toString() {
    return method + " " + rawPath();
  }
}
