package dev.authpipe.quickstart.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP/1.1 message (RFC 9112) cut out of a capture, with nothing left between it and the next.
 *
 * @param start   the request line or status line
 * @param headers names in lower case
 * @param body    of the length that the head names; empty without one
 */
record CapturedMessage(String start, Map<String, String> headers, byte[] body) {
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final Pattern HEADER = Pattern
      .compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?)?");

  /** Cuts a whole stream; what is no message fails the test, as does a rest. */
  static List<CapturedMessage> all(byte[] stream) {
    List<CapturedMessage> messages = new ArrayList<>();
    int at = 0;
    while (at < stream.length) {
      int end = indexOf(stream, at);
      assertThat(end).as("a head without end: " + text(stream, at, Math.min(stream.length, at + 200))).isGreaterThanOrEqualTo(0);
      String[] lines = text(stream, at, end).split("\r\n", -1);
      Map<String, String> headers = headers(lines);
      int body = end + END_OF_HEAD.length;
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      assertThat(stream.length - body).as("a body that was cut short").isGreaterThanOrEqualTo(length);
      messages.add(new CapturedMessage(lines[0], headers, Arrays.copyOfRange(stream, body, body + length)));
      at = body + length;
    }
    return messages;
  }

  private static Map<String, String> headers(String[] lines) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher header = HEADER.matcher(lines[i]);
      assertThat(header.matches()).as("a header: " + lines[i]).isTrue();
      String before = headers.put(header.group(1).toLowerCase(Locale.ROOT), Objects.requireNonNullElse(header.group(2), ""));
      assertThat(before).as("a header given twice: " + lines[i]).isNull();
    }
    return headers;
  }

  private static int indexOf(byte[] stream, int from) {
    for (int i = from; i <= stream.length - END_OF_HEAD.length; i++) {
      if (Arrays.equals(stream, i, i + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        return i;
      }
    }
    return -1;
  }

  private static String text(byte[] stream, int from, int to) {
    return new String(stream, from, to - from, StandardCharsets.ISO_8859_1);
  }

  String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
