package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import dev.authpipe.proxy.http.ListenerSettings.Listener;

/** Whether what listens over TLS is a proxy with this deployment's certificate. Sends nothing but the handshake. */
final class OwnListener implements X509TrustManager {
  private static final int PATIENCE = (int) Duration.ofSeconds(3).toMillis();

  private final X509Certificate own;

  private OwnListener(X509Certificate own) {
    this.own = own;
  }

  static boolean answers(Listener listener, Deployment deployment) {
    try {
      X509Certificate own = deployment.certificate().orElse(null);
      return own != null && shows(listener, own);
    } catch (StartupException wrong) {
      return false; // which the look at the certificate says
    }
  }

  private static boolean shows(Listener listener, X509Certificate own) {
    try {
      try (SSLSocket socket = socket(own)) {
        socket.connect(new InetSocketAddress(listener.host(), listener.port()), PATIENCE);
        socket.setSoTimeout(PATIENCE);
        socket.startHandshake();
        return true;
      }
    } catch (IOException nobody) {
      return false;
    }
  }

  /** An unconnected socket that speaks with whoever shows this certificate, and with nobody else. */
  static SSLSocket socket(X509Certificate own) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[]{new OwnListener(own)}, null);
      return (SSLSocket) context.getSocketFactory().createSocket();
    } catch (GeneralSecurityException missing) {
      throw new IOException("no TLS 1.3", missing);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
    if (!chain[0].equals(own)) {
      throw new CertificateException("another certificate");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
    throw new CertificateException("nobody comes here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
