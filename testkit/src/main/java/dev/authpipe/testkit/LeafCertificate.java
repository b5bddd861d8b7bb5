package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;

import io.netty.pkitesting.X509Bundle;

/** A certificate with its private key, as PEM files or as a TLS context. It never prints the key. */
public final class LeafCertificate {

  private final X509Bundle leaf;
  private final X509Bundle authority;

  LeafCertificate(X509Bundle leaf, X509Bundle authority) {
    this.leaf = leaf;
    this.authority = authority;
  }

  public X509Certificate certificate() {
    return leaf.getCertificate();
  }

  /** A context that shows this certificate, as a server or as a client, and trusts the test authority. */
  public SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(leaf.toKeyManagerFactory().getKeyManagers(), authority.toTrustManagerFactory().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code certificate.pem} (with its chain), {@code private-key.pem} (PKCS#8) and {@code ca.pem} into the directory. */
  public void writePemFiles(Path directory) {
    try {
      Files.writeString(directory.resolve("certificate.pem"), leaf.getCertificatePathPEM());
      Files.writeString(directory.resolve("private-key.pem"), leaf.getPrivateKeyPEM());
      Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "certificate of " + leaf.getCertificate().getSubjectX500Principal();
  }
}
