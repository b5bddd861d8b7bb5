package dev.authpipe.proxy.refresh;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.NewCredential;

/** An access token that was minted for a connection that is not there yet. Closing wipes it; must be given back where no connection is made. */
public final class FirstToken implements AutoCloseable {
  private final TokenGrant grant;
  private final URI apiBase;
  private final Instant sentAt;
  private final @Nullable ConnectionClient client;
  private final List<String> requestedScopes;

  FirstToken(TokenGrant grant, URI apiBase, Instant sentAt, @Nullable ConnectionClient client, List<String> requestedScopes) {
    this.grant = grant;
    this.apiBase = apiBase;
    this.sentAt = sentAt;
    this.client = client == null ? null : client.copy();
    this.requestedScopes = List.copyOf(requestedScopes);
  }

  TokenGrant grant() {
    return grant;
  }

  @Nullable
  ConnectionClient client() {
    return client;
  }

  /** Where the API is. */
  public URI apiBase() {
    return apiBase;
  }

  /** What the provider granted. */
  public List<String> scopes() {
    return grant.scopesOr(requestedScopes);
  }

  /** Puts a copy of everything into a credential in the making. */
  public NewCredential.Builder into(NewCredential.Builder credential) {
    Duration lifetime = grant.lifetime();
    SecretText accessToken = grant.accessToken();
    return credential.accessToken(SecretText.copyOf(accessToken.exposeUtf8(), 0, accessToken.length()))
        .tokenType(grant.tokenType()).scopes(scopes()).issuedAt(sentAt)
        .accessExpiresAt(lifetime == null ? null : sentAt.plus(lifetime)).client(client == null ? null : client.copy())
        .requestedScopes(requestedScopes);
  }

  @Override
  public void close() {
    grant.close();
    if (client != null) {
      client.close();
    }
  }

  @Override
  public String toString() {
    return "FirstToken[***]";
  }
}
