package dev.authpipe.sdk;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

import javax.net.ssl.SSLSession;

import org.jspecify.annotations.Nullable;

/** The provider's answer, as it answers the request that the application made: without the API key that was added on the way. */
final class ProviderHttpResponse<T> implements HttpResponse<T> {

  private final HttpResponse<?> response;
  private final @Nullable T body;
  private final HttpRequest asked;

  ProviderHttpResponse(HttpResponse<?> response, @Nullable T body, HttpRequest asked) {
    this.response = response;
    this.body = body;
    this.asked = asked;
  }

  @Override
  public int statusCode() {
    return response.statusCode();
  }

  @Override
  public HttpRequest request() {
    return asked;
  }

  @Override
  public Optional<HttpResponse<T>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public HttpHeaders headers() {
    return response.headers();
  }

  @Override
  @SuppressWarnings("NullAway") // a handler may make null of a body, for instance one that discards it
  public T body() {
    return body;
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return response.sslSession();
  }

  @Override
  public URI uri() {
    return asked.uri();
  }

  @Override
  public HttpClient.Version version() {
    return response.version();
  }

  @Override
  public String toString() {
    return "HTTP " + statusCode();
  }
}
