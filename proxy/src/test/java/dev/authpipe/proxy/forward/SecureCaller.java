package dev.authpipe.proxy.forward;

import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.SSLContext;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import dev.authpipe.proxy.http.HotRoute;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.secret.SecretText;

/** A proxy with TLS, and a caller that speaks HTTP/2 with it on one connection. */
record SecureCaller(TestServer proxy, HttpClient client) implements AutoCloseable {

  static SecureCaller start(Path folder, HotRoute route) throws Exception {
    X509Bundle identity = new CertificateBuilder().subject("CN=proxy").addSanIpAddress("127.0.0.1").ecp256()
        .setIsCertificateAuthority(true).buildSelfSigned();
    KeyStore store = identity.toKeyStore("changeit".toCharArray());
    Path file = folder.resolve("proxy.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, identity.toTrustManagerFactory().getTrustManagers(), null);
    TestServer proxy = TestServer.startSecure(file, SecretText.of("changeit"), route);
    HttpClient client = HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_2).build();
    client.send(HttpRequest.newBuilder(proxy.api().resolve("/nowhere")).build(), BodyHandlers.discarding()); // else the first calls race
    return new SecureCaller(proxy, client);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
    proxy.close();
  }
}
