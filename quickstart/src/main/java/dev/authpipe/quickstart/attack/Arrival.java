package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;

import dev.authpipe.testkit.browser.Page;

/**
 * What came of opening a provider's answer, or one made to look like it. {@link #toString()} leaves out the address.
 *
 * @param status of HTTP
 * @param code   the error that the server names, or nothing
 * @param onward where the browser is sent
 */
record Arrival(int status, String code, Optional<URI> onward) {
  private static final String ERROR = "Authpipe-Error";

  static Arrival of(Page page) {
    return new Arrival(page.status(), page.header(ERROR).orElse(""), page.stoppedAt());
  }

  static Arrival of(HttpResponse<?> response) {
    return new Arrival(response.statusCode(), response.headers().firstValue(ERROR).orElse(""),
        response.headers().firstValue("Location").map(response.uri()::resolve));
  }

  Optional<String> finishCode() {
    return onward.flatMap(address -> Addresses.parameter(address, "finish_code"));
  }

  /** Whether the answer counted: only then a finish code is given. */
  boolean counted() {
    return finishCode().isPresent();
  }

  @Override
  public String toString() {
    return counted() ? "a finish code" : (status + " " + code).strip();
  }
}
