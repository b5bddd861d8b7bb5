package dev.authpipe.proxy.ops;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JDBC URL of PostgreSQL, as the driver reads it. Holds no credentials: the settings refuse a URL that has some.
 *
 * @param database   its name
 * @param parameters the parameters, the last of those that stand there twice
 */
record StoreAddress(String database, Map<String, String> parameters) {
  /** Parameters by which a connection would be verified less than it looks. */
  private static final List<String> WEAKENING = List.of("sslfactory", "sslfactoryarg", "sslhostnameverifier", "socketFactory");

  static StoreAddress of(String url) {
    int question = url.indexOf('?');
    String before = question < 0 ? url : url.substring(0, question);
    Map<String, String> parameters = new LinkedHashMap<>();
    if (question >= 0) {
      for (String pair : url.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return new StoreAddress(before.substring(before.lastIndexOf('/') + 1), Map.copyOf(parameters));
  }

  /** What is missing for a connection that is encrypted, whose server is verified and whose client shows a certificate (S90). */
  Optional<String> fault() {
    if (!"verify-full".equals(parameters.get("sslmode"))) {
      return Optional.of("must contain sslmode=verify-full");
    }
    if (!parameters.containsKey("sslcert") || !parameters.containsKey("sslkey")) {
      return Optional.of("must name a client certificate by sslcert and sslkey");
    }
    return WEAKENING.stream().filter(parameters::containsKey).findFirst().map(name -> "must not contain " + name);
  }

  /** A file that a parameter names. */
  Optional<Path> file(String parameter) {
    return Optional.ofNullable(parameters.get(parameter)).map(Path::of);
  }
}
