package com.example.tasks;

import java.security.Principal;

import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IntegrationName;

/** The signed-in user's issues, in both ways. */
@RestController
class IssuesController {
  private static final int MOST_BYTES = 1024 * 1024;

  private final Authpipe authpipe;
  private final RestClient provider;
  private final IntegrationName integration;

  IssuesController(Authpipe authpipe, RestClient provider, @Value("${authpipe.integration}") String integration) {
    this.authpipe = authpipe;
    this.provider = provider;
    this.integration = new IntegrationName(integration);
  }

  /** Through the proxy: this program never sees the credential. */
  @GetMapping("/issues")
  String throughTheProxy(Principal user) {
    EndUserId endUser = new EndUserId(user.getName());
    Connection mine = authpipe.connections().list(ConnectionFilter.of(endUser).withIntegration(integration)).stream().findFirst()
        .orElseThrow(() -> new ClientAuthorizationRequiredException(integration.value()));
    try (ProviderResponse answer = authpipe.providerCalls().send(mine.id(), ProviderRequest.get(endUser, "/issues").build())) {
      return answer.text(MOST_BYTES);
    }
  }

  /** With the access token, by Spring's own client. */
  @GetMapping("/profile")
  String withTheAccessToken() {
    return provider.get().uri("/me").retrieve().body(String.class);
  }
}
