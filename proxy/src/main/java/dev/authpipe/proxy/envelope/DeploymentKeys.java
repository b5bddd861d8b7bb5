package dev.authpipe.proxy.envelope;

import dev.authpipe.proxy.secret.SecretText;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class DeploymentKeys {
  /** HMAC-SHA-256 of an API key, 32 bytes. */
  public byte[] apiKeyHash(SecretText apiKey) {
    throw new UnsupportedOperationException();
  }

  /** Keyed hash of a secret, 32 bytes. */
  public byte[] hash(HashPurpose purpose, SecretText secret) {
    throw new UnsupportedOperationException();
  }

  /** Keyed hash of bytes, 32 bytes. */
  public byte[] hash(HashPurpose purpose, byte[] message) {
    throw new UnsupportedOperationException();
  }

  /** MAC of an authority row (37 bytes). */
  public byte[] authorityMac(String kind, byte[] canonicalRow) {
    throw new UnsupportedOperationException();
  }

  /** Whether the MAC holds. */
  public boolean authorityMacHolds(String kind, byte[] canonicalRow, byte[] mac) {
    throw new UnsupportedOperationException();
  }

  /** Whether the keys can be used without blocking. */
  public boolean warm() {
    throw new UnsupportedOperationException();
  }

  /** Loads, creating at first start. */
  public void load() {
    throw new UnsupportedOperationException();
  }
}
