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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
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

  private final Replicas replicas;
  private final ApiKey apiKey;
  private final Transport transport;
  private final RetryPolicy retries;
  private final Duration timeout;
  private final Pause pause;

  Exchange(Replicas replicas, ApiKey apiKey, Transport transport, RetryPolicy retries, Duration timeout, Pause pause) {
    this.replicas = replicas;
    this.apiKey = apiKey;
    this.transport = transport;
    this.retries = retries;
    this.timeout = timeout;
    this.pause = pause;
  }

  JsonObject call(ApiCall call) {
    return answer(call).json();
  }

  /** The whole answer of a call that succeeded. */
  Answer answer(ApiCall call) {
    return repeated(call, proxy -> {
      Answer answer = Answer.read(send(toRequest(proxy, call, timeout), proxy));
      if (answer.isSuccess()) {
        return answer;
      }
      throw AuthpipeException.of(answer.problem());
    });
  }

  /** The answer of a call that succeeded, streaming; the receiver closes it. */
  TransportResponse open(ApiCall call, Duration totalTimeout) {
    return repeated(call, proxy -> {
      TransportResponse response = send(toRequest(proxy, call, totalTimeout), proxy);
      if (response.status() >= 200 && response.status() < 300) {
        return response;
      }
      throw AuthpipeException.of(Answer.read(response).problem());
    });
  }

  /** A proxied call: at another replica only when nothing can have been sent to this one. */
  ProviderResponse stream(ConnectionId connection, ProviderRequest request) {
    HttpHeaders headers = request.headersWith(Map.of(
        Headers.AUTHORIZATION, "Bearer " + apiKey.reveal(),
        Headers.END_USER, request.endUser().value()));
    TransportResponse response = elsewhere(proxy -> send(new TransportRequest(
        request.method(),
        URI.create(proxy + "/v1/proxy/" + connection + request.pathAndQuery()),
        headers,
        request.body(),
        request.responseTimeout(),
        request.totalTimeout()), proxy));
    if (response.headers().firstValue(Headers.ERROR).isEmpty()) {
      return new ProviderResponse(response);
    }
    throw AuthpipeException.of(Answer.read(response).problem());
  }

  Replicas replicas() {
    return replicas;
  }

  Transport transport() {
    return transport;
  }

  String authorization() {
    return "Bearer " + apiKey.reveal();
  }

  private <T> T elsewhere(Function<URI, T> attempt) {
    for (int left = replicas.count();; left--) {
      try {
        return attempt.apply(replicas.present());
      } catch (NoAnswerException e) {
        if (left <= 1 || !neverSent(e)) {
          throw e;
        }
      }
    }
  }

  private <T> T repeated(ApiCall call, Function<URI, T> attempt) {
    for (int number = 1;; number++) {
      AuthpipeException failure;
      try {
        return attempt.apply(replicas.present());
      } catch (AuthpipeException e) {
        failure = e;
      }
      Optional<Duration> delay = failure instanceof UnexpectedAnswerException ? Optional.empty() : delay(call, number, failure);
      if (delay.isEmpty() || Thread.currentThread().isInterrupted()) {
        throw failure;
      }
      await(delay.get(), failure);
    }
  }

  private Optional<Duration> delay(ApiCall call, int number, AuthpipeException failure) {
    return retries.delayAfter(new RetryPolicy.Failure(
        number,
        call.repeatable(),
        !neverSent(failure),
        failure.status(),
        failure.retryAfter().orElse(null)));
  }

  static boolean neverSent(AuthpipeException failure) {
    return isNeverSent(failure.getCause());
  }

  static boolean isNeverSent(@Nullable Throwable cause) {
    return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
  }

  private void await(Duration delay, AuthpipeException failure) {
    try {
      pause.of(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private TransportRequest toRequest(URI proxy, ApiCall call, Duration totalTimeout) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put(Headers.AUTHORIZATION, List.of(authorization()));
    headers.put("Accept", List.of("application/json, application/problem+json"));
    if (call.body().contentLength() > 0) {
      headers.put("Content-Type", List.of("application/json"));
    }
    call.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return new TransportRequest(
        call.method(),
        URI.create(proxy + call.pathAndQuery()),
        HttpHeaders.of(headers, (name, value) -> true),
        call.body(),
        timeout,
        totalTimeout);
  }

  private TransportResponse send(TransportRequest request, URI proxy) {
    try {
      return transport.send(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noAnswer("the call was interrupted", e);
    } catch (IOException e) {
      replicas.passOver(proxy);
      throw noAnswer("the proxy did not answer", e);
    }
  }

  static NoAnswerException noAnswer(String detail, Throwable cause) {
    return new NoAnswerException(new Problem(0, ErrorCode.NO_ANSWER, detail, null, null), cause);
  }
}
