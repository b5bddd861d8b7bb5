package dev.authpipe.testkit.http;

import java.io.IOException;

/** A request that breaks RFC 9112: answered with 400 and a closed connection. The message never repeats what was sent. */
final class MalformedRequest extends IOException {

  private static final long serialVersionUID = 1L;

  private final String why;

  MalformedRequest(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
