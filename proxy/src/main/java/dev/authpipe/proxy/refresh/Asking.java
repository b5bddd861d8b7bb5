package dev.authpipe.proxy.refresh;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;

/**
 * Asks a token endpoint for the next access token: with a refresh token, or by minting one. Whose client asks, and with what proof, is the
 * connection's or the integration's. Must never send a secret of one to the origin of another.
 */
@Singleton
final class Asking {
  private final ClientProofs proofs;
  private final OAuthClient oauth;

  Asking(ClientProofs proofs, OAuthClient oauth) {
    this.proofs = proofs;
    this.oauth = oauth;
  }

  /** Everything that a request needs, opened before the intent is recorded. */
  final class Ready implements AutoCloseable {
    private final Integration integration;
    private final ClientProof proof;

    private Ready(Integration integration, ClientProof proof) {
      this.integration = integration;
      this.proof = proof;
    }

    /** Uses a refresh token. */
    TokenOutcome refresh(SecretText refreshToken, List<String> scopes) {
      return oauth.refresh(integration, Map.of(), refreshToken, scopes, proof);
    }

    /** Mints an access token. */
    TokenOutcome mint(List<String> scopes) {
      return ownOf(oauth.mint(integration, Map.of(), scopes, proof));
    }

    /** What a provider says of a connection's own client says nothing of the integration. */
    private TokenOutcome ownOf(TokenOutcome answer) {
      return integration.provider().connectionsHaveClients()
          && answer instanceof TokenOutcome.Misconfigured(String code, int status)
              ? new TokenOutcome.Refused(code, status)
              : answer;
    }

    @Override
    public void close() {
      proof.close();
    }
  }

  /**
   * Opens what is needed; empty when it is not set, or does not fit what the provider takes.
   *
   * @param configured  the integration as it is configured
   * @param issued      as it was for the credential: its parameters decide the address
   * @param tokenOrigin that the credential is sealed to
   * @param client      of the connection; null: the integration's
   * @throws dev.authpipe.proxy.clientsecret.TokenOriginChangedException if secret or key were set for another origin
   */
  Optional<Ready> ready(Integration configured, Integration issued, String tokenOrigin, @Nullable ConnectionClient client) {
    ClientAuthentication how = issued.provider().requireToken().clientAuthentication();
    if (issued.provider().connectionsHaveClients() != (client != null)) {
      return Optional.empty();
    }
    Integration asking = client == null ? issued : issued.withClientId(client.clientId());
    SecretText own = client == null ? null : client.clientSecret();
    if (client != null && how.needsSecret()) {
      return own == null
          ? Optional.empty()
          : Optional.of(new Ready(asking, ClientProof.of(SecretText.copyOf(own.exposeUtf8(), 0, own.length()))));
    }
    return proofs.open(issued.workspace(), issued.id(), configured.clientSecretOrigin(tokenOrigin), how.needsSecret(),
        how.needsKey()).map(proof -> new Ready(asking, proof));
  }
}
