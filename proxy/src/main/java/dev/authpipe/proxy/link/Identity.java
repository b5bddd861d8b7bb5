package dev.authpipe.proxy.link;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;

import dev.authpipe.proxy.secret.Randomness;

/** A key of the link with its certificate. Must never be printed; its {@link #hex} may. */
final class Identity {
  private final PrivateKey key;
  private final X509Certificate certificate;

  Identity(PrivateKey key, X509Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** A new one. */
  static Identity create(Randomness randomness) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new Identity(pair.getPrivate(), SelfSigned.of(pair, randomness.bytes(16)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK cannot make a P-256 key", missing);
    }
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate certificate() {
    return certificate;
  }

  /** SHA-256 of the SubjectPublicKeyInfo: what the other side pins. */
  byte[] hash() {
    return hash(certificate.getPublicKey());
  }

  String hex() {
    return HexFormat.of().formatHex(hash());
  }

  static byte[] hash(PublicKey key) {
    return sha256(key.getEncoded());
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
