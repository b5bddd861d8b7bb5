package dev.authpipe.testkit.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A complete answer held in memory. It is sent as it is: nothing but {@code Content-Length} is added to its header fields. */
public final class Answer {

  private final int status;
  private final List<Header> headers;
  private final byte[] body;

  private Answer(int status, List<Header> headers, byte[] body) {
    this.status = status;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  public static Answer of(int status) {
    return new Answer(status, List.of(), new byte[0]);
  }

  public static Answer json(int status, String body) {
    return typed(status, "application/json", body);
  }

  public static Answer html(int status, String body) {
    return typed(status, "text/html;charset=utf-8", body);
  }

  public static Answer text(int status, String body) {
    return typed(status, "text/plain;charset=utf-8", body);
  }

  public static Answer redirect(int status, URI location) {
    return of(status).with("Location", location.toString());
  }

  private static Answer typed(int status, String contentType, String body) {
    return of(status).with("Content-Type", contentType).body(body.getBytes(StandardCharsets.UTF_8));
  }

  public Answer with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Answer(status, more, body);
  }

  public Answer body(byte[] bytes) {
    return new Answer(status, headers, bytes.clone());
  }

  public int status() {
    return status;
  }

  public List<Header> headers() {
    return headers;
  }

  public byte[] body() {
    return body.clone();
  }

  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "answer " + status + ", " + body.length + " bytes";
  }
}
