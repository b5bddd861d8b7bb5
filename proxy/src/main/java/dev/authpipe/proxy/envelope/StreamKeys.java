package dev.authpipe.proxy.envelope;

import java.util.Arrays;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;

/** Makes the keys of long streams and gets them back, each wrapped by a KEK. Never stores one. Blocks: asks the KEK. */
@Singleton
public final class StreamKeys {
  private static final int FORMAT = 1;
  private static final int WRAPPED_MOST = 8_193;

  private final KekRegistry keks;
  private final Randomness randomness;

  public StreamKeys(KekRegistry keks, Randomness randomness) {
    this.keks = keks;
    this.randomness = randomness;
  }

  /**
   * A fresh key, unwrapped once before anybody relies on it.
   *
   * @throws KekRefusedException if the KEK refuses or is not defined
   * @throws KekOutageException  if it does not answer
   * @throws IntegrityException  if it does not give back what it was given
   */
  public StreamKey make(String kekName, WrapContext context) {
    SecretBytes key = SecretBytes.taking(randomness.bytes(StreamKey.KEY_BYTES));
    byte[] ciphertext = keks.wrap(kekName, key, context);
    if (ciphertext.length >= WRAPPED_MOST) {
      throw new IllegalArgumentException("a wrapped key has at most 8193 bytes");
    }
    byte[] wrapped = new byte[ciphertext.length + 1];
    wrapped[0] = FORMAT;
    System.arraycopy(ciphertext, 0, wrapped, 1, ciphertext.length);
    try (SecretBytes back = keks.unwrap(kekName, ciphertext, context)) {
      if (!back.equals(key)) {
        throw new IntegrityException("KEK round trip");
      }
    }
    return new StreamKey(key, wrapped);
  }

  /**
   * A key from what {@link #make} left of it.
   *
   * @throws KekRefusedException if the KEK refuses or is not defined
   * @throws KekOutageException  if it does not answer
   * @throws IntegrityException  if the bytes were not wrapped by this KEK for this context
   */
  public StreamKey open(String kekName, byte[] wrapped, WrapContext context) {
    if (wrapped.length < 2 || wrapped.length > WRAPPED_MOST || wrapped[0] != FORMAT) {
      throw new IntegrityException("wrapped key");
    }
    SecretBytes key = keks.unwrap(kekName, Arrays.copyOfRange(wrapped, 1, wrapped.length), context);
    if (key.length() != StreamKey.KEY_BYTES) {
      key.close();
      throw new IntegrityException("wrapped key");
    }
    return new StreamKey(key, wrapped);
  }
}
