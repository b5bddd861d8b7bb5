package com.example.tasks;

import java.security.Principal;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.EndUserId;

/** The signed-in user's issues, in both ways. */
@RestController
class IssuesController {
  private static final int MOST_BYTES = 1024 * 1024;

  private final Authpipe authpipe;
  private final Accounts accounts;
  private final RestClient provider;
  private final String integration;

  IssuesController(Authpipe authpipe, Accounts accounts, RestClient provider,
      @Value("${authpipe.integration}") String integration) {
    this.authpipe = authpipe;
    this.accounts = accounts;
    this.provider = provider;
    this.integration = integration;
  }

  /** Through the proxy: this program never sees the credential. Whatever the provider answers is passed on. */
  @GetMapping("/issues")
  ResponseEntity<String> throughTheProxy(Principal user) {
    EndUserId endUser = new EndUserId(user.getName());
    Connection mine = accounts.of(endUser).orElseThrow(() -> new ClientAuthorizationRequiredException(integration));
    try (ProviderResponse answer = authpipe.providerCalls().send(mine.id(), ProviderRequest.get(endUser, "/issues").build())) {
      return ResponseEntity.status(answer.status()).contentType(MediaType.APPLICATION_JSON).body(answer.text(MOST_BYTES));
    }
  }

  /** With the access token, by Spring's own client. */
  @GetMapping("/profile")
  ResponseEntity<String> withTheAccessToken() {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON)
        .body(provider.get().uri("/me").retrieve().body(String.class));
  }
}
