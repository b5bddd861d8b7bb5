package dev.authpipe.sdk;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.transport.TransportResponse;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** Proxied calls in the JDK's own types. Adds the API key on the way, and tells the proxy's refusals from the provider's answers. */
final class ProviderHttp {

  private static final String PREFIX = "/v1/proxy/";
  private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(1);

  private final Exchange exchange;

  /**
   * Either side of an answer.
   *
   * @param body    the provider's, as the application's handler made it
   * @param refusal the body of the proxy's refusal; null: it is the provider's answer
   */
  private record Either<T>(@Nullable T body, @Nullable InputStream refusal) {}

  ProviderHttp(Exchange exchange) {
    this.exchange = exchange;
  }

  URI uri(ConnectionId connection, String pathAndQuery) {
    if (!ProviderRequest.isProviderPath(pathAndQuery)) {
      throw new IllegalArgumentException("the path must start with / and be percent-encoded, without a fragment");
    }
    return URI.create(exchange.replicas().present() + PREFIX + connection + pathAndQuery);
  }

  <T> HttpResponse<T> send(EndUserId endUser, HttpRequest request, BodyHandler<T> handler) {
    CompletableFuture<HttpResponse<T>> coming = sendAsync(endUser, request, handler);
    try {
      return coming.get();
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw Exchange.noAnswer("the call was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthpipeException refusal) {
        throw refusal;
      }
      throw Exchange.noAnswer("the proxy did not answer", e.getCause() == null ? e : e.getCause());
    }
  }

  <T> CompletableFuture<HttpResponse<T>> sendAsync(EndUserId endUser, HttpRequest request, BodyHandler<T> handler) {
    return attempt(belowProxy(request.uri()), complete(endUser, request), request, handler, exchange.replicas().count());
  }

  private <T> CompletableFuture<HttpResponse<T>> attempt(String place, HttpRequest complete, HttpRequest asked,
      BodyHandler<T> handler,
      int left) {
    URI proxy = exchange.replicas().present();
    HttpRequest there = HttpRequest.newBuilder(complete, (name, value) -> true).uri(URI.create(proxy + place)).build();
    CompletableFuture<HttpResponse<Either<T>>> sent = exchange.transport().exchange(there, either(handler));
    CompletableFuture<HttpResponse<T>> answer = sent.handle((response, failure) -> {
      if (failure == null) {
        return CompletableFuture.completedFuture(ProviderHttp.<T>answer(response, asked));
      }
      Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
      exchange.replicas().passOver(proxy);
      return left > 1 && Exchange.isNeverSent(cause)
          ? attempt(place, complete, asked, handler, left - 1)
          : CompletableFuture.<HttpResponse<T>>failedFuture(Exchange.noAnswer("the proxy did not answer", cause));
    }).thenCompose(Function.identity());
    answer.whenComplete((response, failure) -> {
      if (answer.isCancelled()) {
        sent.cancel(true);
      }
    });
    return answer;
  }

  /** What stands behind the address of the proxy in an address that {@link #uri} made, for whichever replica. */
  private String belowProxy(URI address) {
    String text = address.toString();
    int path = text.indexOf(PREFIX);
    if (path < 0 || address.getRawFragment() != null || !exchange.replicas().knows(URI.create(text.substring(0, path)))) {
      throw new IllegalArgumentException("the request's address is not one that uri(…) made");
    }
    return text.substring(path);
  }

  private HttpRequest complete(EndUserId endUser, HttpRequest request) {
    for (String name : request.headers().map().keySet()) {
      if (!ProviderRequest.isTheCallers(name.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("the header " + name.toLowerCase(Locale.ROOT) + " is not the caller's to set");
      }
    }
    return HttpRequest.newBuilder(request, (name, value) -> true)
        .timeout(request.timeout().orElse(USUAL_TIMEOUT))
        .expectContinue(false)
        .setHeader(Headers.AUTHORIZATION, exchange.authorization())
        .setHeader(Headers.END_USER, ProviderRequest.nameable(endUser).value())
        .build();
  }

  private static <T> BodyHandler<Either<T>> either(BodyHandler<T> handler) {
    return head -> head.headers().firstValue(Headers.ERROR).isPresent()
        ? BodySubscribers.mapping(BodySubscribers.ofInputStream(), body -> new Either<>(null, body))
        : BodySubscribers.mapping(handler.apply(head), body -> new Either<>(body, null));
  }

  private static <T> HttpResponse<T> answer(HttpResponse<Either<T>> response, HttpRequest asked) {
    InputStream refusal = response.body().refusal();
    if (refusal != null) {
      throw AuthpipeException
          .of(Answer.read(new TransportResponse(response.statusCode(), response.headers(), refusal)).problem());
    }
    return new ProviderHttpResponse<>(response, response.body().body(), asked);
  }
}
