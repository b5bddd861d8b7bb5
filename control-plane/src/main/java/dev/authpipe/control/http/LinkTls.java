package dev.authpipe.control.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

/**
 * TLS of the link listener: version 1.3, our own certificate, and one of the proxy that is proven in the handshake. Never trusts a
 * certificate authority and never decides who a proxy is: that is its pinned identity, for the room of the data planes to look up.
 */
final class LinkTls {
  private final SslContext context;
  private final LinkIdentity identity;

  private LinkTls(SslContext context, LinkIdentity identity) {
    this.context = context;
    this.identity = identity;
  }

  /** Reads the link key; an IllegalArgumentException says in one sentence what is wrong with it. */
  static LinkTls read(ListenerSettings.LinkKey settings) {
    char[] secret = settings.keyStoreSecret().expose().toCharArray();
    try (InputStream in = Files.newInputStream(settings.keyStore())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, secret);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, secret) instanceof PrivateKey key && store.getCertificate(alias) instanceof X509Certificate own) {
          if (!belong(key, own)) {
            throw new IllegalArgumentException("the certificate in the key store of the link is not that of its key");
          }
          SslContext context = SslContextBuilder.forServer(key, own).sslProvider(SslProvider.JDK).protocols("TLSv1.3")
              .clientAuth(ClientAuth.REQUIRE).trustManager(new AnyOwner()).build();
          return new LinkTls(context, LinkIdentity.of(own));
        }
      }
      throw new IllegalArgumentException("the key store of the link holds no key with its certificate");
    } catch (SSLException unusable) {
      throw new IllegalArgumentException("the key of the link cannot be used for TLS", unusable);
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new IllegalArgumentException("the key store of the link cannot be read with its password", unreadable);
    }
  }

  /** Whether what the key signs is believed by who has the certificate. */
  private static boolean belong(PrivateKey key, X509Certificate own) throws GeneralSecurityException {
    String algorithm = switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    byte[] signature = signing.sign();
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(own.getPublicKey());
    return checking.verify(signature);
  }

  SslContext context() {
    return context;
  }

  LinkIdentity identity() {
    return identity;
  }

  /** Takes any certificate whose owner proves its key: names, dates, extensions and issuers say nothing here. */
  private static final class AnyOwner extends X509ExtendedTrustManager {
    private static void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length != 1 || !"EC".equals(chain[0].getPublicKey().getAlgorithm())) {
        throw new CertificateException("one certificate with an EC key is wanted");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
      throw new CertificateException("this side is the server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
