package dev.authpipe.control.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers every exception that nothing else knows: with the code its room gives it, else 500 without any detail. */
@Singleton
final class FaultHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {
  private final Faults faults;

  FaultHandler(Faults faults) {
    this.faults = faults;
  }

  @Override
  public HttpResponse<byte[]> handle(@SuppressWarnings("rawtypes") HttpRequest request, Throwable fault) {
    String requestId = RequestIds.of(request);
    ErrorCode code = faults.code(fault, requestId);
    return Problems.response(code, code.meaning(), null, requestId);
  }
}
