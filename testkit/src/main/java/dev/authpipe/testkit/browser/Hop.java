package dev.authpipe.testkit.browser;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request and its answer. {@link #toString()} leaves out query and header fields, which may hold secrets. */
public record Hop(String method, URI uri, int status, Map<String, List<String>> headers) {

  public Hop {
    headers = Map.copyOf(headers);
  }

  /** The first value of that header field, whatever its case. */
  public Optional<String> header(String name) {
    return headers.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(entry -> entry.getValue().getFirst()).findFirst();
  }

  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + " " + status;
  }
}
