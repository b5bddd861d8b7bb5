package dev.authpipe.quickstart.flow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.transport.JdkTransport;
import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;

/** What one run of the flow has learned so far, and the two ways to ask: as the application, and directly at the provider. */
final class Journey implements AutoCloseable {
  static final EndUserId ADA = new EndUserId("user_ada");

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  final Surroundings where;
  final SampleVisitor ada;
  final SampleVisitor bruno;
  final Wiretap wiretap = new Wiretap(JdkTransport.create(TIMEOUT));
  final Authpipe application;
  final Known<ConnectionId> connection = new Known<>("a connection");
  final Known<IssuedAccessToken> issued = new Known<>("an access token");

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  Journey(Surroundings where) {
    this.where = where;
    this.ada = new SampleVisitor(where.sample());
    this.bruno = new SampleVisitor(where.sample());
    this.application = Authpipe.at(where.api(), where.apiKey()).build();
  }

  /** The same application with somebody listening on its line. */
  Authpipe tapped() {
    return Authpipe.at(where.api(), where.apiKey()).transport(wiretap).build();
  }

  /** What the provider says to this access token when it is used directly. */
  int statusAtProvider(AccessToken accessToken) throws IOException, InterruptedException {
    return get(URI.create(where.provider().apiBase() + "/me"), accessToken.reveal()).statusCode();
  }

  /** A call of the proxy's API that the SDK has no word for. */
  HttpResponse<String> api(String pathAndQuery) throws IOException, InterruptedException {
    return get(where.api().resolve(pathAndQuery), where.apiKey().reveal());
  }

  private HttpResponse<String> get(URI address, String bearer) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).header("Authorization", "Bearer " + bearer)
        .header("Accept", "application/json, application/problem+json").build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    ada.close();
    bruno.close();
    http.close();
  }
}
