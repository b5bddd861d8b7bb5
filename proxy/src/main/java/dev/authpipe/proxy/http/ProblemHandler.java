package dev.authpipe.proxy.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers a {@link ProblemException} as what it says. */
@Singleton
final class ProblemHandler implements ExceptionHandler<ProblemException, HttpResponse<byte[]>> {

  @Override
  public HttpResponse<byte[]> handle(@SuppressWarnings("rawtypes") HttpRequest request, ProblemException problem) {
    return Problems.response(problem, RequestIds.of(request));
  }
}
