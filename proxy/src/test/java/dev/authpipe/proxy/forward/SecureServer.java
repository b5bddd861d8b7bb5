package dev.authpipe.proxy.forward;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import dev.authpipe.proxy.http.HotRoute;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.secret.SecretText;

/** A server with TLS, HTTP/2 and HTTP/1.1, and what trusts it. */
record SecureServer(TestServer server, SSLContext trusting) implements AutoCloseable {
  private static final String STORE = "changeit";

  /** @param folder where its key store is laid */
  static SecureServer start(Path folder, HotRoute route) throws Exception {
    X509Bundle identity = new CertificateBuilder().subject("CN=proxy").addSanIpAddress("127.0.0.1").ecp256()
        .setIsCertificateAuthority(true).buildSelfSigned();
    Path file = folder.resolve("proxy.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      identity.toKeyStore(STORE.toCharArray()).store(out, STORE.toCharArray());
    }
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("proxy", identity.getCertificate());
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(roots);
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, managers.getTrustManagers(), null);
    return new SecureServer(TestServer.startSecure(file, SecretText.of(STORE), route), trusting);
  }

  /** A connection on which this protocol was agreed. */
  SSLSocket connect(String protocol) throws Exception {
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.settings.api().port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[]{protocol});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  @Override
  public void close() {
    server.close();
  }
}
