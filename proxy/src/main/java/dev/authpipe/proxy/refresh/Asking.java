package dev.authpipe.proxy.refresh;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.TriedProofs;
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
    private final TriedProofs proofs;

    private Ready(Integration integration, TriedProofs proofs) {
      this.integration = integration;
      this.proofs = proofs;
    }

    /**
     * Uses a refresh token. A refused client secret left it unused: while two are tried it goes once more with the other.
     *
     * @param inTime whether a second request may still be sent under the lease
     */
    TokenOutcome refresh(SecretText refreshToken, List<String> scopes, BooleanSupplier inTime) {
      return proofs.ask(proof -> oauth.refresh(integration, Map.of(), refreshToken, scopes, proof), inTime, Asking::late);
    }

    /** Mints an access token. */
    TokenOutcome mint(List<String> scopes, BooleanSupplier inTime) {
      return ownOf(proofs.ask(proof -> oauth.mint(integration, Map.of(), scopes, proof), inTime, Asking::late));
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
      proofs.close();
    }
  }

  /** The first request was refused and there was no time for a second: as if nothing had been sent. */
  private static TokenOutcome late() {
    return new TokenOutcome.NotSent("too_late");
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
          : Optional.of(new Ready(asking,
              TriedProofs.only(ClientProof.of(SecretText.copyOf(own.exposeUtf8(), 0, own.length())))));
    }
    return proofs.open(issued.workspace(), issued.id(), configured.clientSecretOrigin(tokenOrigin), how.needsSecret(),
        how.needsKey()).map(opened -> new Ready(asking, opened));
  }
}
