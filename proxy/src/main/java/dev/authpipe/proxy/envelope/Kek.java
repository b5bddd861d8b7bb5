package dev.authpipe.proxy.envelope;

import java.util.Optional;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * A key-encryption key in a KMS, an HSM or a file; it never leaves there. Implementations must bind the context to the ciphertext, must ask
 * the real key on every call (the proof of the revocation bound rests on it), must end every call within 5 s without repeating it, and must
 * tell a refusal from an outage. No exception carries a cause or the KMS's text. Thread-safe; every call may block and never runs on an event
 * loop.
 */
public interface Kek extends AutoCloseable {
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

  /**
   * Has the KMS itself turn what another KEK wrapped into what this one wraps, without the keyset leaving it. Whoever does so must have proved
   * that this KEK decrypts the result.
   *
   * @return empty where that cannot be done: then the keyset is unwrapped and wrapped
   * @throws KekOutageException if the KMS cannot be reached, is overloaded or fails
   * @throws IntegrityException if the bytes were not wrapped by the other key for this context
   */
  default Optional<byte[]> rewrap(byte[] wrapped, WrapContext context, Kek from) {
    return Optional.empty();
  }

  /**
   * Whether the newest version of the key wrapped it, so that no earlier one is needed to unwrap it. Asks the KMS.
   *
   * @return empty where the KMS does not tell versions apart
   * @throws KekRefusedException if the KMS says no
   * @throws KekOutageException  if the KMS cannot be reached, is overloaded or fails
   * @throws IntegrityException  if the bytes were not wrapped by this key for this context
   */
  default Optional<Boolean> isWrappedByNewest(byte[] wrapped, WrapContext context) {
    return Optional.empty();
  }

  /**
   * What may be done with the key beyond {@link #wrap} and {@link #unwrap}, found out without doing it.
   *
   * @throws KekRefusedException if the KMS does not say
   * @throws KekOutageException  if the KMS cannot be reached, is overloaded or fails
   */
  KekRights rights();

  /** Lets go of connections; a call after it is an outage. */
  @Override
  default void close() {}
}
