package dev.authpipe.proxy.secret;

import java.security.PrivateKey;

/**
 * An RSA private key that refuses to be printed, with the id under which its public part is published. Must never be encoded, stored or handed
 * to anything but a signer. It cannot be wiped: the platform's keys do not allow it.
 */
public final class SigningKey {
  private final String keyId;
  private final PrivateKey key;

  /**
   * Holds a key.
   *
   * @param keyId the thumbprint of its public part (RFC 7638)
   */
  public SigningKey(String keyId, PrivateKey key) {
    this.keyId = keyId;
    this.key = key;
  }

  /** The id under which the public part is published. */
  public String keyId() {
    return keyId;
  }

  /** The key itself: for signers only. */
  public PrivateKey expose() {
    return key;
  }

  @Override
  public String toString() {
    return "***";
  }
}
