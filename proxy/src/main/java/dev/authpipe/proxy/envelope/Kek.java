package dev.authpipe.proxy.envelope;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * A key-encryption key in a KMS, an HSM or a file; it never leaves there. Implementations must bind the context to the ciphertext, must ask
 * the real key on every call (the proof of the revocation bound rests on it), must end every call within 5 s, and must tell a refusal from an
 * outage. Thread-safe; every call may block and never runs on an event loop.
 */
public interface Kek {
  /** The name that the operator gave it; workspaces pick a KEK by name. */
  String name();

  /**
   * Encrypts a keyset.
   *
   * @param keyset  at most 4096 bytes
   * @param context authenticated with it
   * @throws KekRefusedException if the KMS says no
   * @throws KekOutageException  if the KMS cannot be reached, is overloaded or fails
   */
  byte[] wrap(SecretBytes keyset, WrapContext context);

  /**
   * Decrypts a keyset.
   *
   * @throws KekRefusedException if the KMS says no
   * @throws KekOutageException  if the KMS cannot be reached, is overloaded or fails
   * @throws IntegrityException  if the bytes were not wrapped by this key for this context
   */
  SecretBytes unwrap(byte[] wrapped, WrapContext context);
}
