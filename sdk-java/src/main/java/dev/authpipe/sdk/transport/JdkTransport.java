package dev.authpipe.sdk.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The transport over {@link HttpClient}. It never follows a redirect and never goes through a proxy of the system's choosing,
 * since either would hand the API key to somebody else.
 */
public final class JdkTransport implements Transport {

  private final HttpClient client;

  private JdkTransport(HttpClient client) {
    this.client = client;
  }

  /**
   * A transport with a client of its own.
   *
   * @param connectTimeout longest wait for a TCP and TLS connection
   * @return the transport
   */
  public static JdkTransport create(Duration connectTimeout) {
    return new JdkTransport(HttpClient.newBuilder()
        .connectTimeout(connectTimeout)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .build());
  }

  /**
   * A transport over a client that the application has configured, for instance with its own trust store or a client
   * certificate.
   *
   * @param client must not follow redirects
   * @return the transport
   * @throws IllegalArgumentException when the client follows redirects
   */
  public static JdkTransport using(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects: they would carry the API key");
    }
    return new JdkTransport(client);
  }

  @Override
  public TransportResponse send(TransportRequest request) throws IOException, InterruptedException {
    long started = System.nanoTime();
    HttpResponse<InputStream> response = client.send(toHttpRequest(request), BodyHandlers.ofInputStream());
    Duration left = request.totalTimeout().minusNanos(System.nanoTime() - started);
    return new TransportResponse(
        response.statusCode(), response.headers(), new DeadlineStream(response.body(), left));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    HttpRequest.Builder copy = HttpRequest.newBuilder(request, (name, value) -> true);
    return client.sendAsync(copy.version(versionFor(request.uri())).build(), handler);
  }

  private static HttpRequest toHttpRequest(TransportRequest request) {
    Duration total = request.totalTimeout();
    Duration untilHeaders = request.responseTimeout().compareTo(total) < 0 ? request.responseTimeout() : total;
    HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
        .version(versionFor(request.uri()))
        .timeout(untilHeaders)
        .method(request.method(), publisher(request.body()));
    request.headers().map().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    return builder.build();
  }

  /** Over plain HTTP the JDK would ask for an upgrade to h2c with every request; the proxy refuses such upgrades. */
  private static HttpClient.Version versionFor(URI uri) {
    return "https".equals(uri.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
  }

  private static BodyPublisher publisher(RequestBody body) {
    if (body.contentLength() == 0) {
      return BodyPublishers.noBody();
    }
    BodyPublisher stream = BodyPublishers.ofInputStream(() -> {
      try {
        return body.open();
      } catch (IOException e) {
        throw new UncheckedIOException("the request body cannot be opened", e);
      }
    });
    return body.contentLength() > 0 ? BodyPublishers.fromPublisher(stream, body.contentLength()) : stream;
  }
}
