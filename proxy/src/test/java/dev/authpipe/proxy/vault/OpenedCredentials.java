package dev.authpipe.proxy.vault;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Opened credentials for tests of rooms that receive them, without a store. */
public final class OpenedCredentials {
  private OpenedCredentials() {}

  /** An OAuth credential of the given generation. */
  public static OpenCredential oauth(URI apiBase, String accessText, long generation) {
    return open(CredentialType.OAUTH2, apiBase, accessText, "refresh", null, generation);
  }

  /** A credential of any type. */
  public static OpenCredential open(CredentialType type, URI apiBase, String secretText, @Nullable String refreshText,
      @Nullable String username,
      long generation) {
    NewCredential.Builder builder = NewCredential.builder(type, UUID.randomUUID(), "ada", apiBase, "https://provider.example")
        .accessToken(SecretText.of(secretText)).username(username).tokenType("Bearer").issuedAt(Instant.EPOCH);
    if (refreshText != null) {
      builder.refreshToken(SecretText.of(refreshText));
    }
    return new OpenCredential(new CredentialPlace(new WorkspaceId(UUID.randomUUID()), new ConnectionId(UUID.randomUUID()),
        new IntegrationId(UUID.randomUUID()), "sandbox", generation, null), builder.build());
  }
}
