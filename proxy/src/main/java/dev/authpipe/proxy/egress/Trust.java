package dev.authpipe.proxy.egress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

/** Makes the TLS contexts of the way out: names verified, no version below what is asked for (S28). There is no way to switch verification off. */
final class Trust {
  private Trust() {}

  static Map<TlsVersion, SslContext> contexts(List<Path> trustedCertificates) {
    try {
      KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      for (X509Certificate root : platformRoots()) {
        roots.setCertificateEntry("platform-" + roots.size(), root);
      }
      CertificateFactory certificates = CertificateFactory.getInstance("X.509");
      for (Path file : trustedCertificates) {
        try (InputStream pem = Files.newInputStream(file)) {
          for (Certificate certificate : certificates.generateCertificates(pem)) {
            roots.setCertificateEntry("operator-" + roots.size(), certificate);
          }
        }
      }
      TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(roots);
      Map<TlsVersion, SslContext> contexts = new EnumMap<>(TlsVersion.class);
      for (TlsVersion least : TlsVersion.values()) {
        contexts.put(least, SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(least.offered())
            .trustManager(managers).endpointIdentificationAlgorithm("HTTPS").build());
      }
      return contexts;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot read the certificates trusted for the way out", e);
    }
  }

  private static List<X509Certificate> platformRoots() throws GeneralSecurityException {
    TrustManagerFactory platform = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    platform.init((KeyStore) null);
    for (TrustManager manager : platform.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }
}
