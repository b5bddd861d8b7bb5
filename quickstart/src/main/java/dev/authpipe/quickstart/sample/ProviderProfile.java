package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;

/**
 * Asks the provider itself who is connected, as a provider's own library does that insists on an access token. The access token is read for
 * each call and never kept.
 */
final class ProviderProfile implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Authpipe authpipe;
  private final URI address;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();

  ProviderProfile(Authpipe authpipe, URI address) {
    this.authpipe = authpipe;
    this.address = address;
  }

  /** The name under which the provider knows the account. */
  String login(EndUserId person, ConnectionId connection) throws ImportException {
    IssuedAccessToken issued = authpipe.connections().accessToken(connection, person);
    HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT)
        .header("Authorization", "Bearer " + issued.accessToken().reveal()).header("Accept", "application/json").build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new ImportException("the provider answered " + answer.statusCode());
      }
      return json.readTree(answer.body()).path("login").asText();
    } catch (JsonProcessingException e) {
      throw new ImportException("the provider's answer is not JSON");
    } catch (IOException e) {
      throw new ImportException("the provider does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImportException("the application is stopping");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
