package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;

import com.google.crypto.tink.Aead;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * The bytes of a sealed record:
 *
 * <pre>
 * +--------+--------+-------------+-----------+---------+--------------+----------+
 * | 01     | 01     | key id      | salt      | IV      | ciphertext   | tag      |
 * | format | Tink   | 4, big end. | 12        | 12      | 0 to 65536   | 16       |
 * +--------+--------+-------------+-----------+---------+--------------+----------+
 * </pre>
 *
 * Never interprets the plaintext.
 */
final class SealedRecord {
  static final int FORMAT = 1;
  static final int PLAINTEXT_MOST = 65_536;
  private static final int OVERHEAD = 46;

  private SealedRecord() {}

  static byte[] seal(Aead aead, byte[] associatedData, SecretBytes plaintext) {
    if (plaintext.length() > PLAINTEXT_MOST) {
      throw new IllegalArgumentException("a record has at most 65536 bytes");
    }
    try {
      byte[] ciphertext = aead.encrypt(plaintext.expose(), associatedData);
      byte[] sealed = new byte[ciphertext.length + 1];
      sealed[0] = FORMAT;
      System.arraycopy(ciphertext, 0, sealed, 1, ciphertext.length);
      return sealed;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("sealing failed", failure);
    }
  }

  static void requireShape(byte[] sealed) {
    if (sealed.length < OVERHEAD || sealed.length > OVERHEAD + PLAINTEXT_MOST || sealed[0] != FORMAT || sealed[1] != 1) {
      throw new IntegrityException("sealed record");
    }
  }

  static int keyId(byte[] sealed) {
    requireShape(sealed);
    return ((sealed[2] & 0xFF) << 24) | ((sealed[3] & 0xFF) << 16) | ((sealed[4] & 0xFF) << 8) | (sealed[5] & 0xFF);
  }

  static SecretBytes open(Aead aead, byte[] associatedData, byte[] sealed) {
    requireShape(sealed);
    byte[] ciphertext = new byte[sealed.length - 1];
    System.arraycopy(sealed, 1, ciphertext, 0, ciphertext.length);
    try {
      return SecretBytes.taking(aead.decrypt(ciphertext, associatedData));
    } catch (GeneralSecurityException refused) {
      throw new IntegrityException("sealed record");
    }
  }
}
