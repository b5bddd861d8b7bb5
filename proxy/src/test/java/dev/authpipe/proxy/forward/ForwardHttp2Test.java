package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;

/** The same calls over TLS, with HTTP/2 and with HTTP/1.1. */
class ForwardHttp2Test {
  @TempDir
  Path folder;
  private LoopbackServer provider;
  private TestServer proxy;
  private SSLContext trusting;

  @BeforeEach
  void start() throws Exception {
    X509Bundle identity = new CertificateBuilder().subject("CN=proxy").addSanIpAddress("127.0.0.1").ecp256()
        .setIsCertificateAuthority(true).buildSelfSigned();
    KeyStore store = identity.toKeyStore("changeit".toCharArray());
    Path file = folder.resolve("proxy.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("proxy", identity.getCertificate());
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(roots);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, managers.getTrustManagers(), null);
    provider = LoopbackServer.start(exchange -> {
      byte[] body = exchange.body().readAllBytes();
      exchange.answer(
          Answer.of(200).body(body.length > 0 ? body : exchange.request().rawTarget().getBytes(StandardCharsets.US_ASCII)));
    });
    proxy = TestServer.startSecure(file, SecretText.of("changeit"), new ForwardProbe(provider.origin()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    provider.close();
  }

  @Test
  void manyStreamsAndBothProtocolsAreServed() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      if (version != HttpClient.Version.HTTP_2 && version != HttpClient.Version.HTTP_1_1) {
        continue;
      }
      try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).version(version).build()) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) { // no more at a time than the calls of one connection may be
          answers.add(client.sendAsync(request("/n/" + i).GET().build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
          HttpResponse<String> answer = answers.get(i).join();
          assertThat(answer.version()).isEqualTo(version);
          assertThat(answer.body()).isEqualTo("/n/" + i);
        }
        assertThat(client.send(request("/../x").GET().build(), BodyHandlers.ofString()).headers().firstValue("Authpipe-Error"))
            .contains("path_not_allowed");
      }
    }
    assertThat(provider.requests())
        .allSatisfy(seen -> assertThat(seen.headers()).noneMatch(header -> header.name().toLowerCase(Locale.ROOT)
            .startsWith("x-http2")));
  }

  @Test
  void bodiesWithAndWithoutLengthArriveIntact() throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(7).nextBytes(body);
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<byte[]> known = client.send(request("/echo").POST(BodyPublishers.ofByteArray(body)).build(),
          BodyHandlers.ofByteArray());
      assertThat(known.body()).isEqualTo(body);
      HttpResponse<byte[]> unknown = client.send(
          request("/echo").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build(),
          BodyHandlers.ofByteArray());
      assertThat(unknown.body()).isEqualTo(body);
      assertThat(known.headers().firstValue("Strict-Transport-Security")).isEmpty();
      HttpResponse<String> ours = client.send(HttpRequest.newBuilder(proxy.api().resolve("/nowhere")).build(),
          BodyHandlers.ofString());
      assertThat(ours.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(ours.headers().firstValue("Strict-Transport-Security")).isPresent();
      assertThat(ours.headers().firstValue("Authpipe-Request-Id")).isPresent();
    }
  }

  @Test
  @Tag("S94")
  void onlyTlsOneThreeIsSpoken() throws Exception {
    try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", proxy.settings.api().port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[]{"TLSv1.2"});
      socket.setSSLParameters(parameters);
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  private HttpRequest.Builder request(String rest) {
    return HttpRequest.newBuilder(URI.create(proxy.api() + ForwardCallTest.path(rest)));
  }
}
