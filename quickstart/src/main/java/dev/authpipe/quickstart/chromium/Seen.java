package dev.authpipe.quickstart.chromium;

import java.net.URI;
import java.util.Map;

/**
 * One request of a tab, as the browser's own network log has it. {@link #toString()} leaves out query and headers, which may hold secrets.
 *
 * @param method  of HTTP
 * @param address without the fragment, which is not sent
 * @param headers that were sent, by name in lower case
 * @param status  of the answer; 0 when there was none, or the browser refused it
 */
public record Seen(String method, URI address, Map<String, String> headers, int status) {
  /** Copies. */
  public Seen {
    headers = Map.copyOf(headers);
  }

  /** Whether it was asked to change something, and the server said yes or sent the browser onward. */
  public boolean changed() {
    return !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS") && status >= 200 && status < 400;
  }

  @Override
  public String toString() {
    return method + " " + address.getRawPath() + " " + status;
  }
}
