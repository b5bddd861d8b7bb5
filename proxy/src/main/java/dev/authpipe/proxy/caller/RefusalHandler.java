package dev.authpipe.proxy.caller;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.http.Problems;
import dev.authpipe.proxy.http.RequestIds;

/**
 * Answers what the security rules refuse: 401 with a challenge (RFC 6750 section 3) without a good key, 403 without the scope. Never
 * redirects to a sign-in page, as the server's own handler would.
 */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class RefusalHandler implements ExceptionHandler<AuthorizationException, HttpResponse<byte[]>> {

  private final int apiPort;

  RefusalHandler(ListenerSettings listeners) {
    this.apiPort = listeners.api().port();
  }

  @Override
  public HttpResponse<byte[]> handle(@SuppressWarnings("rawtypes") HttpRequest request, AuthorizationException refusal) {
    if (((HttpRequest<?>) request).getServerAddress().getPort() != apiPort) {
      // No API key opens anything on the other listeners: what is not open there does not exist.
      return Problems.response(ErrorCode.NOT_FOUND, ErrorCode.NOT_FOUND.meaning(), null,
          RequestIds.of((HttpRequest<?>) request));
    }
    ErrorCode code = refusal.isForbidden() ? ErrorCode.SCOPE_MISSING : ErrorCode.UNAUTHENTICATED;
    return Problems.response(code, code.meaning(), null, RequestIds.of((HttpRequest<?>) request));
  }
}
