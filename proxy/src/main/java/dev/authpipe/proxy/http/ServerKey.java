package dev.authpipe.proxy.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.authpipe.proxy.secret.SecretText;

/** The key of the server with its certificates, as the files have it at one moment. Never prints the key. */
final class ServerKey {
  private static final Pattern PKCS8 = Pattern
      .compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private final PrivateKey key;
  private final X509Certificate[] chain;

  private ServerKey(PrivateKey key, X509Certificate[] chain) {
    this.key = key;
    this.chain = chain;
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException that says in one sentence what is wrong with them
   */
  static ServerKey read(ListenerTls tls) {
    try (SecretText secret = tls.secret().get()) {
      byte[] file = Files.readAllBytes(tls.certificate());
      ServerKey read = tls.pem() ? pem(file, secret) : keyStore(file, secret);
      if (!read.belongs()) {
        throw new IllegalArgumentException("the certificate in " + tls.certificate() + " is not that of the key");
      }
      return read;
    } catch (IOException missing) {
      throw new IllegalArgumentException(tls.certificate() + " cannot be read", missing);
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException(tls.pem()
          ? "the certificates in " + tls.certificate() + " or their key cannot be used; both are wanted in PEM, the key as PKCS#8"
          : tls.certificate() + " cannot be opened with its password as a PKCS#12 file", wrong);
    }
  }

  private static ServerKey pem(byte[] file, SecretText secret) throws GeneralSecurityException {
    Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(file));
    Matcher key = PKCS8.matcher(secret.expose());
    if (chain.isEmpty() || !key.find()) {
      throw new GeneralSecurityException("no certificate, or no key");
    }
    X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
    byte[] encoded = Base64.getMimeDecoder().decode(key.group(1));
    try {
      return new ServerKey(KeyFactory.getInstance(certificates[0].getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(encoded)), certificates);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static ServerKey keyStore(byte[] file, SecretText secret) throws GeneralSecurityException, IOException {
    char[] opening = secret.expose().toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(new ByteArrayInputStream(file), opening);
    } catch (IOException wrong) {
      throw new GeneralSecurityException("not a key store, or another password", wrong);
    }
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, opening) instanceof PrivateKey key && store.getCertificateChain(alias) != null) {
          return new ServerKey(key, Arrays.copyOf(store.getCertificateChain(alias), store.getCertificateChain(alias).length,
              X509Certificate[].class));
        }
      }
    } finally {
      Arrays.fill(opening, '\0');
    }
    throw new GeneralSecurityException("no key with its certificate");
  }

  /** Whether what the key signs is believed by who has the certificate. */
  private boolean belongs() throws GeneralSecurityException {
    String algorithm = switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    byte[] signature = signing.sign();
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(chain[0].getPublicKey());
    return checking.verify(signature);
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate[] chain() {
    return chain.clone();
  }

  X509Certificate leaf() {
    return chain[0];
  }

  Instant end() {
    return chain[0].getNotAfter().toInstant();
  }
}
