package dev.authpipe.testkit.sandbox;

import java.util.List;
import java.util.Optional;

/** A checked request of the authorization endpoint. It never holds a verifier, only the challenge made of it. */
record AuthorizationRequest(RegisteredClient client, String redirectUri, Optional<String> state, List<String> scopes,
    String challenge) {

  AuthorizationRequest {
    scopes = List.copyOf(scopes);
  }

  @Override
  public String toString() {
    return "authorization request of " + client.clientId();
  }
}
