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
  private final PreviousSecrets previous;

  public ClientProofs(ClientSecrets secrets, ClientKeys keys, PreviousSecrets previous) {
    this.secrets = secrets;
    this.keys = keys;
    this.previous = previous;
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
  public Optional<TriedProofs> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin, boolean secret,
      boolean key) {
    @Nullable
    SigningKey opened = key ? keys.open(workspace, integration, tokenOrigin).orElse(null) : null;
    if (key && opened == null) {
      return Optional.empty();
    }
    if (!secret) {
      return Optional.of(TriedProofs.only(ClientProof.of(null, opened)));
    }
    return secrets.openAll(workspace, integration, tokenOrigin).map(open -> {
      ClientProof present = ClientProof.of(open.present(), opened);
      SecretText text = open.before();
      PreviousRow before = open.beforeRow();
      return text == null || before == null
          ? TriedProofs.only(present)
          : TriedProofs.both(present, ClientProof.of(text, opened),
              previous.order(workspace, integration, open.version(), before));
    });
  }
}
