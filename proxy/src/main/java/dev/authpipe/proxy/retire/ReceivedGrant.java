package dev.authpipe.proxy.retire;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * A grant that is not kept, and what it was issued with: its revocation goes there and nowhere else. The grant stays its receiver's to close.
 *
 * @param tokenOrigin origin of the token endpoint that issued it
 * @param parameters  of the provider, as they were
 * @param client      of the connection; null: the integration's. Stays its owner's to close
 */
public record ReceivedGrant(TokenGrant grant, String tokenOrigin, CredentialParameters parameters,
    @Nullable ConnectionClient client) {

  /** One of the integration's client. */
  public ReceivedGrant(TokenGrant grant, String tokenOrigin, CredentialParameters parameters) {
    this(grant, tokenOrigin, parameters, null);
  }

  /** One that a code was exchanged for. */
  public static ReceivedGrant of(TokenGrant grant, Integration integration, Map<String, String> connectionParams) {
    return of(grant, integration, connectionParams, null);
  }

  /** One that a connection's client was given; null: the integration's client. */
  public static ReceivedGrant of(TokenGrant grant, Integration integration, Map<String, String> connectionParams,
      @Nullable ConnectionClient client) {
    return new ReceivedGrant(grant, integration.tokenOrigin(connectionParams),
        new CredentialParameters(integration.issuedParams(connectionParams)), client);
  }

  /** One that a credential was refreshed to. */
  public static ReceivedGrant of(TokenGrant grant, OpenCredential refreshed) {
    return new ReceivedGrant(grant, refreshed.tokenOrigin(), refreshed.parameters(), refreshed.client());
  }

  OwedTokens owed() {
    return new OwedTokens(grant.refreshToken(), grant.accessToken(), tokenOrigin, parameters, client);
  }
}
