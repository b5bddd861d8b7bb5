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
import java.util.Objects;

import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

/** Makes the TLS contexts of the way out: names verified, no version below what is asked for (S28). There is no way to switch verification off. */
final class Trust {
  private static final ApplicationProtocolConfig ALSO_HTTP_2 = new ApplicationProtocolConfig(Protocol.ALPN,
      SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2,
      ApplicationProtocolNames.HTTP_1_1);

  private final Map<TlsVersion, SslContext> only11 = new EnumMap<>(TlsVersion.class);
  private final Map<TlsVersion, SslContext> upTo2 = new EnumMap<>(TlsVersion.class);

  private Trust(TrustManagerFactory managers) throws SSLException {
    for (TlsVersion least : TlsVersion.values()) {
      only11.put(least, client(managers, least).build());
      upTo2.put(least, client(managers, least).applicationProtocolConfig(ALSO_HTTP_2).build());
    }
  }

  private static SslContextBuilder client(TrustManagerFactory managers, TlsVersion least) {
    return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(least.offered())
        .trustManager(managers).endpointIdentificationAlgorithm("HTTPS");
  }

  SslContext context(TlsVersion least, HttpOffer offer) {
    return Objects.requireNonNull(switch (offer) {
      case ONLY_1_1 -> only11.get(least);
      case UP_TO_2 -> upTo2.get(least);
    });
  }

  static Trust of(List<Path> trustedCertificates) {
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
      return new Trust(managers);
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
