package dev.authpipe.sdk;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.transport.RetryPolicy;
import dev.authpipe.sdk.transport.Transport;
import dev.authpipe.sdk.transport.TransportRequest;
import dev.authpipe.sdk.transport.TransportResponse;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectionId;

/** Sends one call with the API key, again when the policy says so, and turns the answer into JSON or an exception. */
final class Exchange {

  /** Waits between attempts; replaced by tests. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final URI proxy;
  private final ApiKey apiKey;
  private final Transport transport;
  private final RetryPolicy retries;
  private final Duration timeout;
  private final Pause pause;

  Exchange(URI proxy, ApiKey apiKey, Transport transport, RetryPolicy retries, Duration timeout, Pause pause) {
    this.proxy = proxy;
    this.apiKey = apiKey;
    this.transport = transport;
    this.retries = retries;
    this.timeout = timeout;
    this.pause = pause;
  }

  JsonObject call(ApiCall call) {
    return answer(call).json();
  }

  ProviderResponse stream(ConnectionId connection, ProviderRequest request) {
    HttpHeaders headers = request.headersWith(Map.of(
        Headers.AUTHORIZATION, "Bearer " + apiKey.reveal(),
        Headers.END_USER, request.endUser().value()));
    TransportResponse response = send(new TransportRequest(
        request.method(),
        URI.create(proxy + "/v1/proxy/" + connection + request.pathAndQuery()),
        headers,
        request.body(),
        request.responseTimeout(),
        request.totalTimeout()));
    if (response.headers().firstValue(Headers.ERROR).isEmpty()) {
      return new ProviderResponse(response);
    }
    throw AuthpipeException.of(Answer.read(response).problem());
  }

  /** The whole answer of a call that succeeded. */
  Answer answer(ApiCall call) {
    for (int attempt = 1;; attempt++) {
      AuthpipeException failure;
      try {
        Answer answer = Answer.read(send(toRequest(call)));
        if (answer.isSuccess()) {
          return answer;
        }
        failure = AuthpipeException.of(answer.problem());
      } catch (NoAnswerException e) {
        failure = e;
      }
      Optional<Duration> delay = retries.delayAfter(new RetryPolicy.Failure(
          attempt,
          call.repeatable(),
          !neverSent(failure),
          failure.status(),
          failure.retryAfter().orElse(null)));
      if (delay.isEmpty() || Thread.currentThread().isInterrupted()) {
        throw failure;
      }
      await(delay.get(), failure);
    }
  }

  private static boolean neverSent(AuthpipeException failure) {
    return failure.getCause() instanceof ConnectException || failure.getCause() instanceof HttpConnectTimeoutException;
  }

  private void await(Duration delay, AuthpipeException failure) {
    try {
      pause.of(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private TransportRequest toRequest(ApiCall call) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put(Headers.AUTHORIZATION, List.of("Bearer " + apiKey.reveal()));
    headers.put("Accept", List.of("application/json, application/problem+json"));
    if (call.body().contentLength() > 0) {
      headers.put("Content-Type", List.of("application/json"));
    }
    return new TransportRequest(
        call.method(),
        URI.create(proxy + call.pathAndQuery()),
        HttpHeaders.of(headers, (name, value) -> true),
        call.body(),
        timeout,
        timeout);
  }

  private TransportResponse send(TransportRequest request) {
    try {
      return transport.send(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noAnswer("the call was interrupted", e);
    } catch (IOException e) {
      throw noAnswer("the proxy did not answer", e);
    }
  }

  static NoAnswerException noAnswer(String detail, Exception cause) {
    return new NoAnswerException(new Problem(0, ErrorCode.NO_ANSWER, detail, null, null), cause);
  }
}
