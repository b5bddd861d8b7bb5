package dev.authpipe.control.http;

import java.util.Set;

import io.micronaut.http.HttpRequest;

/** Refuses query parameters that an operation does not know. Never looks at their values. */
public final class KnownParameters {
  private KnownParameters() {}

  /**
   * Refuses all but the named ones.
   *
   * @throws ProblemException {@code unknown_parameter}
   */
  public static void only(HttpRequest<?> request, String... names) {
    if (!Set.of(names).containsAll(request.getParameters().names())) {
      throw new ProblemException(ErrorCode.UNKNOWN_PARAMETER, names.length == 0
          ? "This operation takes no query parameter."
          : "This operation takes " + String.join(", ", names) + ".");
    }
  }
}
