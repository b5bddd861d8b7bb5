package dev.authpipe.proxy.clientsecret;

import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.secret.SigningKey;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Opens what an integration's client proves itself with, for one request to its token endpoint's origin. Never keeps it. May block. */
@Singleton
public final class ClientProofs {
  private final ClientSecrets secrets;
  private final ClientKeys keys;

  public ClientProofs(ClientSecrets secrets, ClientKeys keys) {
    this.secrets = secrets;
    this.keys = keys;
  }

  /**
   * What is needed and no more.
   *
   * @param tokenOrigin the origin that it is about to be sent to
   * @param secret      whether the client secret is needed
   * @param key         whether the signing key is needed
   * @return for the caller to close; empty when something that is needed is not set
   * @throws TokenOriginChangedException                         if it was set for another origin
   * @throws dev.authpipe.proxy.envelope.IntegrityException      if a row was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the key that it is sealed with cannot be used now
   */
  public Optional<ClientProof> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin, boolean secret,
      boolean key) {
    @Nullable
    SigningKey opened = key ? keys.open(workspace, integration, tokenOrigin).orElse(null) : null;
    if (key && opened == null) {
      return Optional.empty();
    }
    @Nullable
    SecretText text = secret ? secrets.open(workspace, integration, tokenOrigin).orElse(null) : null;
    return secret && text == null ? Optional.empty() : Optional.of(ClientProof.of(text, opened));
  }
}
