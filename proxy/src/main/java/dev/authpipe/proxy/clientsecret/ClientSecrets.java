package dev.authpipe.proxy.clientsecret;

import java.util.Optional;
import java.util.function.Consumer;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class ClientSecrets {
  /** Seals a secret; {@code alongside} runs in the same transaction of the client-secrets store (its audit event). */
  public void set(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix, String tokenOrigin,
      Consumer<Tx> alongside) {
    throw new UnsupportedOperationException();
  }

  /** As set, unless the content is what is sealed already. */
  public SealOutcome sealIfChanged(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix,
      String tokenOrigin, Consumer<Tx> alongside) {
    throw new UnsupportedOperationException();
  }

  /** Opens. */
  public Optional<SecretText> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    throw new UnsupportedOperationException();
  }

  /** What may be shown. */
  public Optional<ClientSecretView> view(WorkspaceId workspace, IntegrationId integration) {
    throw new UnsupportedOperationException();
  }
}
