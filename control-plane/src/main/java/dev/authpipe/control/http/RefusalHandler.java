package dev.authpipe.control.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;

/**
 * Answers what the server's own security refuses: 401 without a session, 403 with one. Never redirects to a sign-in page, as the server's
 * own handler would.
 */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class RefusalHandler implements ExceptionHandler<AuthorizationException, HttpResponse<byte[]>> {

  @Override
  public HttpResponse<byte[]> handle(@SuppressWarnings("rawtypes") HttpRequest request, AuthorizationException refusal) {
    ErrorCode code = refusal.isForbidden() ? ErrorCode.ROLE_MISSING : ErrorCode.UNAUTHENTICATED;
    return Problems.response(code, code.meaning(), null, RequestIds.of((HttpRequest<?>) request));
  }
}
