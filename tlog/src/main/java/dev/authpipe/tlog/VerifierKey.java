package dev.authpipe.tlog;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A named Ed25519 public key of C2SP signed notes, written {@code name+key id in hex+base64(0x01 || 32 bytes)}. Never holds a private key.
 */
public final class VerifierKey {
  private static final int KEY_LENGTH = 32;
  private static final byte ED25519 = 1;
  private static final Pattern NAME = Pattern.compile("[!-*,-~]{1,255}"); // printable ASCII without space and plus
  /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410). */
  private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] encoded;
  private final PublicKey key;
  private final String id;

  private VerifierKey(String name, byte[] encoded) {
    if (!NAME.matcher(name).matches()) {
      throw new LogFormatException("the name of a key is 1 to 255 printable characters without space and plus");
    }
    if (encoded.length != KEY_LENGTH) {
      throw new LogFormatException("an Ed25519 public key has 32 bytes");
    }
    this.name = name;
    this.encoded = encoded.clone();
    this.id = HexFormat.of().formatHex(digest(name, encoded), 0, 4);
    try {
      byte[] spki = Arrays.copyOf(SPKI, SPKI.length + KEY_LENGTH);
      System.arraycopy(encoded, 0, spki, SPKI.length, KEY_LENGTH);
      this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException wrong) {
      throw new LogFormatException("not an Ed25519 public key");
    }
  }

  /**
   * Names a key.
   *
   * @param name      of the key
   * @param publicKey 32 bytes (RFC 8032)
   */
  public static VerifierKey of(String name, byte[] publicKey) {
    return new VerifierKey(name, publicKey);
  }

  /**
   * Reads a key in note form.
   *
   * @throws LogFormatException if it is not a verifier key, of another algorithm, or its id is not its own
   */
  public static VerifierKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3) {
      throw new LogFormatException("a verifier key is name+id+key");
    }
    byte[] typed = Hash.base64(parts[2]);
    if (typed.length != KEY_LENGTH + 1 || typed[0] != ED25519) {
      throw new LogFormatException("not a key for Ed25519");
    }
    VerifierKey parsed = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!parsed.id.equals(parts[1])) {
      throw new LogFormatException("the id of the key is not its own");
    }
    return parsed;
  }

  public String name() {
    return name;
  }

  /** First four bytes of the hash over name and key, in hex. Finds a key; proves nothing. */
  public String id() {
    return id;
  }

  /** Whether the key signed the text. */
  boolean verifies(String text, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(text.getBytes(StandardCharsets.UTF_8));
      return check.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerifierKey that && name.equals(that.name) && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return (31 * name.hashCode()) + Arrays.hashCode(encoded);
  }

  /** The form that verifiers take. */
  @Override
  public String toString() {
    byte[] typed = new byte[KEY_LENGTH + 1];
    typed[0] = ED25519;
    System.arraycopy(encoded, 0, typed, 1, KEY_LENGTH);
    return name + "+" + id + "+" + Base64.getEncoder().encodeToString(typed);
  }

  private static byte[] digest(String name, byte[] encoded) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update(new byte[]{'\n', ED25519});
      return digest.digest(encoded);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
