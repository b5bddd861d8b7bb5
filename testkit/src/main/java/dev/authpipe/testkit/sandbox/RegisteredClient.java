package dev.authpipe.testkit.sandbox;

import java.util.Set;

/** An application registered at the provider. Redirect URIs are compared character by character. */
public record RegisteredClient(String clientId, String displayName, ClientAuthentication authentication,
    Set<String> redirectUris) {

  public RegisteredClient {
    redirectUris = Set.copyOf(redirectUris);
  }
}
