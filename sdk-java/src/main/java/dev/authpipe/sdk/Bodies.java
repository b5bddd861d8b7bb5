package dev.authpipe.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.config.NewClientSecret;
import dev.authpipe.sdk.incident.IncidentRequest;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.EndUser;
import dev.authpipe.sdk.value.NewConnection;
import dev.authpipe.sdk.value.NewCredential;
import dev.authpipe.sdk.value.ProvidedSecret;

/** Turns values into the proxy's JSON; the one place that knows the names of what is sent. What is absent is left out. */
final class Bodies {

  private Bodies() {}

  static Map<String, Object> connectSession(SignedInUser user, ConnectRequest request, CodeVerifier verifier) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("end_user", endUser(new EndUser(user.endUserId(), user.displayName().orElse(null), user.email().orElse(null))));
    body.put("integrations", request.integrations().stream().map(Object::toString).toList());
    body.put("return_url", request.returnUrl().toString());
    body.put("code_challenge", verifier.challenge());
    body.put("code_challenge_method", "S256");
    if (!request.scopes().isEmpty()) {
      body.put("scopes", request.scopes());
    }
    if (!request.params().isEmpty()) {
      body.put("params", request.params());
    }
    put(body, "connection_id", request.reconnect());
    if (request.accountMayChange()) {
      body.put("allow_account_change", true);
    }
    return body;
  }

  static Map<String, Object> connection(NewConnection wanted) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("integration", wanted.integration().value());
    body.put("end_user", endUser(wanted.endUser()));
    body.put("credential", credential(wanted.credential()));
    if (!wanted.params().isEmpty()) {
      body.put("params", wanted.params());
    }
    if (!wanted.metadata().isEmpty()) {
      body.put("metadata", wanted.metadata());
    }
    return body;
  }

  static Map<String, Object> credential(NewCredential wanted) {
    Map<String, Object> body = new LinkedHashMap<>();
    if (wanted instanceof NewCredential.OAuth2 tokens) {
      body.put("type", "oauth2");
      put(body, "access_token", tokens.accessToken());
      put(body, "refresh_token", tokens.refreshToken());
      put(body, "token_type", tokens.tokenType());
      put(body, "expires_at", tokens.expiresAt());
      body.put("scopes", tokens.scopes());
    } else if (wanted instanceof NewCredential.Key key) {
      body.put("type", "api_key");
      put(body, "api_key", key.apiKey());
      put(body, "secret_expires_at", key.secretExpiresAt());
    } else if (wanted instanceof NewCredential.Basic basic) {
      body.put("type", "basic");
      body.put("username", basic.username());
      put(body, "password", basic.password());
      put(body, "secret_expires_at", basic.secretExpiresAt());
    } else if (wanted instanceof NewCredential.Bearer bearer) {
      body.put("type", "bearer");
      put(body, "access_token", bearer.accessToken());
      put(body, "secret_expires_at", bearer.secretExpiresAt());
    } else if (wanted instanceof NewCredential.ClientCredentials client) {
      body.put("type", "client_credentials");
      put(body, "client_id", client.clientId());
      put(body, "client_secret", client.clientSecret());
      if (!client.scopes().isEmpty()) {
        body.put("scopes", client.scopes());
      }
    }
    return body;
  }

  static Map<String, Object> clientSecret(NewClientSecret wanted) {
    Map<String, Object> body = new LinkedHashMap<>();
    put(body, "client_secret", wanted.secret());
    put(body, "expires_at", wanted.expiresAt());
    put(body, "previous_valid_seconds", wanted.previousValidFor() == null ? null : wanted.previousValidFor().toSeconds());
    return body;
  }

  static Map<String, Object> incident(IncidentRequest wanted) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("confirm", wanted.confirm());
    put(body, "integration", wanted.integration());
    return body;
  }

  private static Map<String, Object> endUser(EndUser person) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", person.id().value());
    put(body, "display_name", person.displayName());
    put(body, "email", person.email());
    return body;
  }

  static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value instanceof ProvidedSecret secret) {
      body.put(name, secret.reveal());
    } else if (value instanceof Long number) {
      body.put(name, number);
    } else if (value != null) {
      body.put(name, value.toString());
    }
  }
}
