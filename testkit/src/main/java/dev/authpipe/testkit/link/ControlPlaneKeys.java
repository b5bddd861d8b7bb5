package dev.authpipe.testkit.link;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/** What a control plane proves who it is with: its certificate, its command key and the secret of an enrolment code. */
final class ControlPlaneKeys {
  private static final HexFormat HEX = HexFormat.of();
  private static final int RAW_KEY = 32;

  private final SecureRandom random = new SecureRandom();
  private final X509Bundle certificate = selfSigned();
  private final KeyPair commandKey = ed25519();
  private volatile byte[] secret = new byte[RAW_KEY];

  private static X509Bundle selfSigned() {
    try {
      return new CertificateBuilder().ecp256().subject("CN=control plane").setIsCertificateAuthority(true).buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of the SubjectPublicKeyInfo. */
  byte[] identity() {
    return sha256(certificate.getCertificate().getPublicKey().getEncoded());
  }

  static String identity(X509Certificate peer) {
    return HEX.formatHex(sha256(peer.getPublicKey().getEncoded()));
  }

  /** A new enrolment code; the one before is void. */
  String enrolmentCode() {
    byte[] fresh = new byte[RAW_KEY];
    random.nextBytes(fresh);
    secret = fresh;
    byte[] body = concat(new byte[]{1}, identity(), sha256(rawCommandKey()), fresh);
    return "ap_enrol_" + Base64.getUrlEncoder().withoutPadding().encodeToString(concat(body, Arrays.copyOf(sha256(body), 4)));
  }

  /** What a proxy of this identity proves the code with. */
  String proof(String peer) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return HEX.formatHex(
          mac.doFinal(concat("authpipe enrol v1\0".getBytes(StandardCharsets.US_ASCII), identity(), HEX.parseHex(peer))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String commandKeyHex() {
    return HEX.formatHex(rawCommandKey());
  }

  /** The signature of a payload by the command key. */
  String signed(String payload) {
    return signed(payload, commandKey);
  }

  /** The signature of a payload by a key that nobody knows. */
  String forged(String payload) {
    return signed(payload, ed25519());
  }

  private static String signed(String payload, KeyPair key) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key.getPrivate());
      signature.update(("authpipe command v1\0" + payload).getBytes(StandardCharsets.UTF_8));
      return HEX.formatHex(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS with the certificate that proxies pin. */
  SSLContext pinned() {
    return context(certificate);
  }

  /** TLS with a certificate that nobody pins. */
  SSLContext unpinned() {
    return context(selfSigned());
  }

  private static SSLContext context(X509Bundle certificate) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(certificate.toKeyManagerFactory().getKeyManagers(), new TrustManager[]{new AnyClient()}, null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who speaks is told by the identity, above TLS. */
  private static final class AnyClient implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private byte[] rawCommandKey() {
    byte[] encoded = commandKey.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - RAW_KEY, encoded.length);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
