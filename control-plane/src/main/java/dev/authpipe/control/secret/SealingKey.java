package dev.authpipe.control.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The operator's key under which the control plane's own few secrets stand in its store: AES-256-GCM, {@code 0x01 ‖ nonce (12) ‖ ciphertext and
 * tag}, bound to what the secret is for. Never seals anything of a customer, for nothing of theirs comes here. Thread-safe.
 */
public final class SealingKey {
  private static final byte VERSION = 1;
  private static final int KEY = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final Randomness randomness;

  private SealingKey(SecretKeySpec key, Randomness randomness) {
    this.key = key;
    this.randomness = randomness;
  }

  /** A key from its setting, base64 of 32 bytes; an IllegalArgumentException says that it is none. */
  public static SealingKey of(SecretText setting, Randomness randomness) {
    byte[] bytes = Base64.getDecoder().decode(setting.expose().strip());
    if (bytes.length != KEY) {
      throw new IllegalArgumentException("a sealing key has 32 bytes");
    }
    return new SealingKey(new SecretKeySpec(bytes, "AES"), randomness);
  }

  /**
   * Seals.
   *
   * @param purpose what it is for, and whose; the same is needed to open it
   */
  public byte[] seal(String purpose, byte[] content) {
    byte[] nonce = randomness.bytes(NONCE);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, purpose, nonce).doFinal(content);
      return ByteBuffer.allocate(1 + NONCE + sealed.length).put(VERSION).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("sealing failed", impossible);
    }
  }

  /**
   * Opens.
   *
   * @throws IllegalStateException if it was sealed by another key, for something else, or was changed
   */
  public byte[] open(String purpose, byte[] sealed) {
    try {
      if (sealed.length <= 1 + NONCE || sealed[0] != VERSION) {
        throw new IllegalStateException("not sealed in a form that is known");
      }
      byte[] nonce = ByteBuffer.allocate(NONCE).put(sealed, 1, NONCE).array();
      return cipher(Cipher.DECRYPT_MODE, purpose, nonce).doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
    } catch (GeneralSecurityException wrong) {
      throw new IllegalStateException("sealed by another key, for something else, or changed", wrong);
    }
  }

  private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "***";
  }
}
