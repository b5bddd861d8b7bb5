package dev.authpipe.sdk.micronaut;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.value.ApiKey;

/**
 * Sends the calls of {@link ThroughAuthpipe} clients to the proxy's forward path, with the API key and the end user's name. The credential is
 * added behind it. Refusals of the proxy are thrown as {@link AuthpipeException}; whatever the provider answers stays what it is.
 *
 * <p>Active where the application has beans of {@link Authpipe}, {@link ApiKey} (scope {@code proxy}) and {@link UserConnections}.
 */
@ThroughAuthpipe
@ClientFilter
@Requires(beans = {Authpipe.class, ApiKey.class, UserConnections.class})
public final class AuthpipeClientFilter {

  private static final String ERROR = "Authpipe-Error";
  private static final String REQUEST_ID = "Authpipe-Request-Id";
  private static final String END_USER = "Authpipe-End-User";
  private static final Set<String> NOT_THE_CALLERS = Set.of("authorization", "cookie", "forwarded");

  private final Authpipe authpipe;
  private final ApiKey apiKey;
  private final UserConnections connections;

  /**
   * The filter.
   *
   * @param authpipe    the client, which knows where the proxy is
   * @param apiKey      its key
   * @param connections which connection a call uses
   */
  AuthpipeClientFilter(Authpipe authpipe, ApiKey apiKey, UserConnections connections) {
    this.authpipe = Objects.requireNonNull(authpipe, "authpipe");
    this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
    this.connections = Objects.requireNonNull(connections, "connections");
  }

  @RequestFilter
  void route(MutableHttpRequest<?> call) {
    UserConnection mine = connections.of(call);
    for (String name : call.getHeaders().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (NOT_THE_CALLERS.contains(lower) || lower.startsWith("authpipe-")) {
        throw new IllegalArgumentException("the header " + lower + " is not the caller's to set");
      }
    }
    String name = mine.endUser().value();
    if (!name.equals(name.strip()) || !name.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException(
          "a proxied call names the end user in a header, which carries visible ASCII characters only");
    }
    String query = call.getUri().getRawQuery();
    URI there = authpipe.providerCalls()
        .uri(mine.connection(), query == null ? call.getUri().getRawPath() : call.getUri().getRawPath() + "?" + query);
    call.uri(there);
    call.getHeaders().set("Authorization", "Bearer " + apiKey.reveal());
    call.getHeaders().set(END_USER, name);
  }

  /** What this filter meets where the client makes an exception of an error status before it, as the one over the JDK's does. */
  @ResponseFilter
  void refuse(HttpClientResponseException failure) {
    refuse(failure.getResponse());
  }

  @ResponseFilter
  void refuse(HttpResponse<?> answer) {
    String code = answer.header(ERROR);
    if (code != null && !code.isBlank()) {
      throw AuthpipeException
          .of(new Problem(answer.code(), new ErrorCode(code), "", answer.header(REQUEST_ID), retryAfter(answer)));
    }
  }

  /** Seconds, as the proxy sends them. */
  private static @Nullable Duration retryAfter(HttpResponse<?> answer) {
    String seconds = answer.header("Retry-After");
    return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
  }
}
