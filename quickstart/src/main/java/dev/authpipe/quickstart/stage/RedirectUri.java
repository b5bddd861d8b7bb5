package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.sdk.value.ApiKey;

/** Asks the proxy for the one redirect URI of the integration, which an operator registers at the provider. */
final class RedirectUri {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private RedirectUri() {}

  static URI ask(ProxyServer proxy, ApiKey apiKey, String slug) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(proxy.api().resolve("/v1/integrations")).timeout(TIMEOUT)
        .header("Authorization", "Bearer " + apiKey.reveal()).build();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new StepFailure("the list of integrations", "status " + answer.statusCode());
      }
      for (JsonNode integration : new ObjectMapper().readTree(answer.body()).path("data")) {
        if (integration.path("slug").asText().equals(slug)) {
          return proxy.connect().resolve("/callback/" + integration.path("id").asText());
        }
      }
      throw new StepFailure("the integration " + slug, "none");
    }
  }
}
