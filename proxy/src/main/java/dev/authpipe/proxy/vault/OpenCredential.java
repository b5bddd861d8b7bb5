package dev.authpipe.proxy.vault;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * An opened credential, for one request. Everything in it comes from the sealed bytes or is bound to them, so editing a column changes neither
 * where it is sent nor for whom (S2). Must never be cached; close it when the request is done, which wipes its secrets.
 */
public final class OpenCredential implements AutoCloseable {
  private final CredentialPlace place;
  private final NewCredential content;

  OpenCredential(CredentialPlace place, NewCredential content) {
    this.place = place;
    this.content = content;
  }

  /** The isolation boundary. */
  public WorkspaceId workspace() {
    return place.workspace();
  }

  /** Whose credential. */
  public ConnectionId connection() {
    return place.connection();
  }

  /** Through which integration. */
  public IntegrationId integration() {
    return place.integration();
  }

  /** The provider's slug. */
  public String provider() {
    return place.provider();
  }

  /** Counter of the credential's value. */
  public long generation() {
    return place.generation();
  }

  /** The end user's random id. */
  public UUID endUserId() {
    return content.endUserId();
  }

  /** The customer's name for the end user, for the guard of S32. */
  public String endUserIdentifier() {
    return content.endUserIdentifier();
  }

  /** Scheme, host, port and base path that the credential may be sent to. */
  public URI apiBase() {
    return content.apiBase();
  }

  /** The origin of the token endpoint that a refresh token may be sent to; empty where there is none. */
  public String tokenOrigin() {
    return content.tokenOrigin();
  }

  /** Whether the secret may only be injected, never handed out (S32). */
  public boolean proxyOnly() {
    return content.proxyOnly();
  }

  /** Scopes that the provider granted. */
  public List<String> scopes() {
    return content.scopes();
  }

  /** When the access token ends, or null if unknown. */
  public @Nullable Instant accessExpiresAt() {
    return content.accessExpiresAt();
  }

  /** When the refresh token ends, or null if unknown. */
  public @Nullable Instant refreshExpiresAt() {
    return content.refreshExpiresAt();
  }

  /** When this generation was issued. */
  public Instant issuedAt() {
    return content.issuedAt();
  }

  /** What kind of secret it is. */
  public CredentialType type() {
    return content.type();
  }

  /** The access token, API key, bearer token or basic password. */
  public SecretText accessToken() {
    return content.accessToken();
  }

  /** The refresh token, or null. */
  public @Nullable SecretText refreshToken() {
    return content.refreshToken();
  }

  /** The access token's type as the provider named it, normally {@code Bearer} (RFC 6749 section 7.1); empty for other credentials. */
  public String tokenType() {
    return content.tokenType();
  }

  /** The user name of a basic credential, or null. */
  public @Nullable String username() {
    return content.username();
  }

  /** The connection's own client, or null: the integration's. With client credentials only. */
  public @Nullable ConnectionClient client() {
    return content.client();
  }

  /** What is asked for at each minting. With client credentials only. */
  public List<String> requestedScopes() {
    return content.requestedScopes();
  }

  /** Whether the provider can be asked for another access token without an end user. */
  public boolean isRenewable() {
    return switch (content.type()) {
      case OAUTH2 -> content.refreshToken() != null;
      case CLIENT_CREDENTIALS -> true;
      case API_KEY, BASIC, BEARER -> false;
    };
  }

  /** What the provider's parameters were when it was issued: its endpoints are resolved with these and no others. */
  public CredentialParameters parameters() {
    return content.parameters();
  }

  /** The next generation of this credential, prefilled with all that a refresh does not change, the refresh token included. */
  public NewCredential.Builder renewed() {
    return NewCredential.builder(content);
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    content.close();
  }

  @Override
  public String toString() {
    return "OpenCredential[" + place.connection() + ", generation " + place.generation() + "]";
  }
}
