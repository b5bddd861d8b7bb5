package dev.authpipe.proxy.vault;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * The OAuth client of one connection: what mints its access tokens. Closing wipes the secret; must never be kept beyond the credential that it
 * belongs to.
 */
public final class ConnectionClient implements AutoCloseable {
  private final String clientId;
  private final @Nullable SecretText clientSecret;

  /**
   * Takes the secret over.
   *
   * @param clientSecret null: the integration's key signs for this client
   */
  public ConnectionClient(String clientId, @Nullable SecretText clientSecret) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  /** The client id: not a secret. */
  public String clientId() {
    return clientId;
  }

  /** The client secret, or null. */
  public @Nullable SecretText clientSecret() {
    return clientSecret;
  }

  /** Another one that is wiped by itself. */
  public ConnectionClient copy() {
    return new ConnectionClient(clientId,
        clientSecret == null ? null : SecretText.copyOf(clientSecret.exposeUtf8(), 0, clientSecret.length()));
  }

  @Override
  public void close() {
    if (clientSecret != null) {
      clientSecret.close();
    }
  }

  @Override
  public String toString() {
    return "ConnectionClient[***]";
  }
}
