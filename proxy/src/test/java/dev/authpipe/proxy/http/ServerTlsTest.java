package dev.authpipe.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.http.ListenerTls.ClientCertificates;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.LeafCertificate;
import dev.authpipe.testkit.TestCertificates;

/** What the listeners ask of certificates, ours and the callers', and in which files ours may stand. */
@Tag("S94")
class ServerTlsTest {
  private static final TestCertificates AUTHORITY = TestCertificates.create();

  @TempDir
  Path directory;

  @Test
  void whereCertificatesAreRequiredNobodyComesInWithoutOneOfTheAuthorities() throws Exception {
    Path authorities = Files.writeString(directory.resolve("authorities.pem"), AUTHORITY.authorityPem());
    try (
        TestServer server = TestServer.startSecure(pem(AUTHORITY.issue("127.0.0.1"), ClientCertificates.REQUIRED, authorities))) {
      assertThat(status(server.api(), AUTHORITY.issue("backend").context())).isEqualTo(200);
      assertThatThrownBy(() -> status(server.api(), AUTHORITY.trustingContext())).isInstanceOf(IOException.class);
      assertThat(status(URI.create("https://127.0.0.1:" + server.settings.connect().port()), AUTHORITY.trustingContext()))
          .as("browsers are not asked").isEqualTo(404);
    }
  }

  @Test
  void theManagementListenerSpeaksTlsBeyondLoopbackAndAsksForNoCertificate() throws Exception {
    Path authorities = Files.writeString(directory.resolve("authorities.pem"), AUTHORITY.authorityPem());
    ListenerTls tls = pem(AUTHORITY.issue("127.0.0.1"), ClientCertificates.REQUIRED, authorities);
    try (TestServer server = TestServer.startManagedFromElsewhere(tls)) {
      String at = "://127.0.0.1:" + server.settings.management().port();
      assertThat(status(URI.create("https" + at), AUTHORITY.trustingContext())).isEqualTo(404);
      assertThatThrownBy(() -> status(URI.create("http" + at), AUTHORITY.trustingContext())).isInstanceOf(IOException.class);
    }
    try (TestServer server = TestServer.startSecure(tls)) {
      URI loopback = URI.create("http://127.0.0.1:" + server.settings.management().port());
      assertThat(status(loopback, AUTHORITY.trustingContext())).as("a probe of the host").isEqualTo(404);
    }
  }

  @Test
  void aKeyStoreServesAsPemFilesDo() throws Exception {
    try (TestServer server = TestServer.startSecure(keyStore(AUTHORITY.issue("127.0.0.1"), "changeit", "changeit"))) {
      assertThat(status(server.api(), AUTHORITY.trustingContext())).isEqualTo(200);
    }
  }

  @Test
  @Tag("S93")
  void whatCannotBeUsedIsNamedInOneSentence() throws Exception {
    LeafCertificate good = AUTHORITY.issue("127.0.0.1");
    assertThatThrownBy(() -> ServerTls.verify(keyStore(good, "changeit", "another"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be opened with its password").hasMessageNotContaining("another");
    ListenerTls other = pem(good, ClientCertificates.NONE, null);
    Path fresh = Files.createDirectory(directory.resolve("other"));
    AUTHORITY.issue("127.0.0.1").writePemFiles(fresh);
    assertThatThrownBy(() -> ServerTls.verify(new ListenerTls(fresh.resolve("certificate.pem"), true, other.secret(),
        ClientCertificates.NONE, null, Duration.ofSeconds(5)))).hasMessageContaining("is not that of the key");
    assertThatThrownBy(() -> ServerTls.verify(new ListenerTls(fresh.resolve("certificate.pem"), true,
        () -> SecretText.of("canary-that-is-no-key"), ClientCertificates.NONE, null, Duration.ofSeconds(5))))
        .hasMessageContaining("both are wanted in PEM, the key as PKCS#8").hasMessageNotContaining("canary");
    assertThatThrownBy(() -> ServerTls.verify(new ListenerTls(fresh.resolve("none.pem"), true, other.secret(),
        ClientCertificates.NONE, null, Duration.ofSeconds(5)))).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> ServerTls.verify(pem(good, ClientCertificates.OPTIONAL, fresh.resolve("private-key.pem"))))
        .hasMessageContaining("holds no certificates of authorities");
  }

  private static int status(URI at, SSLContext context) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(HttpRequest.newBuilder(at.resolve("/plain/id")).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private ListenerTls pem(LeafCertificate certificate, ClientCertificates clients, @Nullable Path authorities) {
    certificate.writePemFiles(directory);
    return new ListenerTls(directory.resolve("certificate.pem"), true,
        () -> SecretText.of(read(directory.resolve("private-key.pem"))),
        clients, authorities, Duration.ofSeconds(5));
  }

  private ListenerTls keyStore(LeafCertificate certificate, String written, String told) throws Exception {
    certificate.writePemFiles(directory);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
            .decode(read(directory.resolve("private-key.pem")).replaceAll("-----[A-Z ]+-----", "")))),
        written.toCharArray(), new Certificate[]{certificate.certificate()});
    Path file = directory.resolve("server.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, written.toCharArray());
    }
    return new ListenerTls(file, false, () -> SecretText.of(told), ClientCertificates.NONE, null, Duration.ofSeconds(5));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
