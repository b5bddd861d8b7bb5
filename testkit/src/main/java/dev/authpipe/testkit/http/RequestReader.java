package dev.authpipe.testkit.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads request heads and bodies as RFC 9112 has them, strictly: what a lenient server would repair is refused here, so that a
 * proxy that sends it is found out.
 */
final class RequestReader {

  private static final int LONGEST_HEAD = 64 * 1024;

  private final InputStream in;

  RequestReader(InputStream in) {
    this.in = in;
  }

  /** The next request's head, or empty when the peer closed the connection between two requests. */
  Optional<RecordedRequest> readHead() throws IOException {
    var head = new ByteArrayOutputStream();
    var lines = new ArrayList<String>();
    while (true) {
      var start = head.size();
      if (!readLine(head)) {
        if (head.size() == 0) {
          return Optional.empty();
        }
        throw new MalformedRequest("the connection ended inside the head");
      }
      if (head.size() - start == 2) {
        break;
      }
      lines.add(new String(head.toByteArray(), start, head.size() - start - 2, StandardCharsets.ISO_8859_1));
    }
    if (lines.isEmpty()) {
      throw new MalformedRequest("an empty line where a request was due");
    }
    var parts = lines.getFirst().split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new MalformedRequest("not a request line");
    }
    return Optional.of(new RecordedRequest(head.toByteArray(), parts[0], parts[1], fields(lines.subList(1, lines.size()))));
  }

  /** Reads up to and including CR LF; a CR or LF by itself is refused. False when the stream ended. */
  private boolean readLine(ByteArrayOutputStream head) throws IOException {
    var previous = -1;
    while (true) {
      var next = in.read();
      if (next < 0) {
        return false;
      }
      head.write(next);
      if (head.size() > LONGEST_HEAD) {
        throw new MalformedRequest("head over " + LONGEST_HEAD + " bytes");
      }
      if (next == '\n' && previous == '\r') {
        return true;
      }
      if (next == '\n' || previous == '\r' || next == 0) {
        throw new MalformedRequest("a bare CR, LF or NUL in the head");
      }
      previous = next;
    }
  }

  private static List<Header> fields(List<String> lines) throws MalformedRequest {
    var fields = new ArrayList<Header>();
    for (var line : lines) {
      var colon = line.indexOf(':');
      if (colon < 1 || line.charAt(colon - 1) <= ' ' || line.charAt(0) <= ' ') {
        throw new MalformedRequest("not a header field");
      }
      fields.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return fields;
  }

  /** The body of that request, framed by its header fields; reading it to its end leaves the stream at the next request. */
  InputStream body(RecordedRequest request) throws IOException {
    var lengths = request.headerValues("Content-Length");
    var codings = request.headerValues("Transfer-Encoding");
    if (lengths.size() + codings.size() > 1) {
      throw new MalformedRequest("more than one length");
    }
    if (!codings.isEmpty()) {
      if (!codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")) {
        throw new MalformedRequest("a transfer coding other than chunked");
      }
      return new RecordedBody(request, new ChunkedInput(in));
    }
    return new RecordedBody(request, new FixedLengthInput(in, lengths.isEmpty() ? 0 : length(lengths.getFirst())));
  }

  private static long length(String value) throws MalformedRequest {
    if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      throw new MalformedRequest("not a content length");
    }
    return Long.parseLong(value);
  }
}
