package dev.authpipe.proxy.forward;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;

/**
 * One request that can be sent to a provider directly and through the proxy.
 *
 * @param method  its method
 * @param target  behind the origin, or behind the connection
 * @param framing how its body is delimited
 * @param body    its body
 * @param fields  more headers, name and value
 */
record SameCall(String method, String target, Framing framing, String body, List<Map.Entry<String, String>> fields) {

  /** How a body is delimited. */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED
  }

  /** What came back. */
  record Result(int status, Map<String, String> headers, String body) {}

  /** Over HTTP/1.1. */
  Result send(RawClient client, String path) throws IOException {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: h\r\n");
    fields.forEach(field -> text.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n"));
    switch (framing) {
      case NONE -> text.append("\r\n");
      case LENGTH -> text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      case CHUNKED -> {
        text.append("Transfer-Encoding: chunked\r\n\r\n");
        if (!body.isEmpty()) {
          text.append(Integer.toHexString(body.length())).append("\r\n").append(body).append("\r\n");
        }
        text.append("0\r\n\r\n");
      }
    }
    client.send(text.toString());
    Reply reply = client.reply(method.equals("HEAD"));
    return new Result(reply.status(), new TreeMap<>(reply.headers()), reply.body());
  }

  /** Over HTTP/2. */
  Result send(RawHttp2Client client, int stream, String path) throws Exception {
    List<String> head = new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", "h", ":path", path));
    fields.forEach(field -> head.addAll(List.of(field.getKey().toLowerCase(Locale.ROOT), field.getValue())));
    if (framing == Framing.LENGTH) {
      head.addAll(List.of("content-length", Integer.toString(body.length())));
    }
    client.headers(stream, framing == Framing.NONE, head.toArray(String[]::new));
    if (framing != Framing.NONE) {
      client.data(stream, true, body);
    }
    RawHttp2Client.Answer answer = client.answer(stream);
    Map<String, String> headers = new TreeMap<>(answer.head());
    headers.keySet().removeIf(name -> name.startsWith(":"));
    return new Result(answer.status(), headers, answer.body());
  }
}
