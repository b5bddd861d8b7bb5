package dev.authpipe.proxy.secret;

import org.jspecify.annotations.Nullable;

/**
 * What a client proves itself with at an OAuth endpoint: a client secret, a signing key, both where two endpoints differ, or nothing. Prints as
 * {@code ***}; closing wipes the secret. Must never be kept beyond one request.
 */
public final class ClientProof implements AutoCloseable {
  /** Of a public client. */
  public static final ClientProof NONE = new ClientProof(null, null);

  private final @Nullable SecretText secret;
  private final @Nullable SigningKey key;

  private ClientProof(@Nullable SecretText secret, @Nullable SigningKey key) {
    this.secret = secret;
    this.key = key;
  }

  /** A client secret, which becomes this proof's to wipe. */
  public static ClientProof of(SecretText secret) {
    return new ClientProof(secret, null);
  }

  /** A key that signs assertions. */
  public static ClientProof of(SigningKey key) {
    return new ClientProof(null, key);
  }

  /** Both, or one of them. */
  public static ClientProof of(@Nullable SecretText secret, @Nullable SigningKey key) {
    return secret == null && key == null ? NONE : new ClientProof(secret, key);
  }

  /**
   * The client secret.
   *
   * @throws IllegalArgumentException if there is none: a confidential client without its secret is a mistake of the caller
   */
  public SecretText requireSecret() {
    if (secret == null) {
      throw new IllegalArgumentException("a confidential client needs its client secret");
    }
    return secret;
  }

  /**
   * The signing key.
   *
   * @throws IllegalArgumentException if there is none
   */
  public SigningKey requireKey() {
    if (key == null) {
      throw new IllegalArgumentException("a client that authenticates with a key needs one");
    }
    return key;
  }

  @Override
  public void close() {
    if (secret != null) {
      secret.close();
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
