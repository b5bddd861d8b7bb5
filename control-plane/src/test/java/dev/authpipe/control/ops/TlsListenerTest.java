package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.TestCertificates;

/** The dashboard listener with a certificate. */
@Tag("S94")
class TlsListenerTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.create();
  private static ControlPlane plane;

  @TempDir
  static Path directory;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    CERTIFICATES.issue("localhost").writePemFiles(directory);
    keyStore();
    Files.writeString(directory.resolve("p12.password"), "development");
    plane = ControlPlane.start(settings(), ControlOptions.NONE);
  }

  private static Path settings() throws IOException {
    Path plain = RunningControlPlane.settings(RunningControlPlane.shared().stores(), "");
    return Files.writeString(plain.resolveSibling("secure.yaml"), Files.readString(plain).replace("listeners:\n", """
        listeners:
          tls: {key_store: %s, key_store_password: {file: %s}, reload_interval: 100 ms}
        """.formatted(directory.resolve("server.p12"), directory.resolve("p12.password"))).replace("dashboard: {port",
        "dashboard: {host: localhost, port"));
  }

  @AfterAll
  static void stop() {
    plane.close();
  }

  @Test
  @Tag("S65")
  void answersOverTls13WithTransportSecurityAndHostCookies() throws IOException, InterruptedException {
    assertThat(plane.dashboard().getScheme()).isEqualTo("https");
    try (HttpClient client = HttpClient.newBuilder().sslContext(CERTIFICATES.trustingContext()).build()) {
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(plane.dashboard().resolve("/api/v1/csrf-token")).build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.sslSession()).hasValueSatisfying(session -> assertThat(session.getProtocol()).isEqualTo("TLSv1.3"));
      assertThat(answer.headers().firstValue("strict-transport-security")).isPresent();
      assertThat(answer.headers().firstValue("set-cookie")).hasValueSatisfying(
          cookie -> assertThat(cookie).startsWith("__Host-authpipe_csrf=").contains("Secure", "HTTPOnly", "Path=/"));
    }
  }

  @Test
  void theLinkBesideItSpeaksHttp11OnlyAndWantsTheProxysKey() throws IOException {
    URI link = plane.link().orElseThrow();
    LinkClient stranger = new LinkClient(link, LinkClient.Key.create());
    ControlClient.Answer answer = stranger.get("/link/v1/commands");
    assertThat(answer.status()).isEqualTo(401);
    String proof = "0".repeat(64);
    for (int i = 0; i < 3; i++) {
      LinkClient other = new LinkClient(link, LinkClient.Key.create());
      assertThat(other.post("/link/v1/enrol", LinkClient.enrolment(proof, LinkClient.CHECKPOINT_KEY)).text())
          .as("the first request of a connection with its body").contains("No open enrolment code has this proof.");
    }
    assertThat(answer.headers().firstValue("strict-transport-security")).isPresent();
    try (
        SSLSocket socket = (SSLSocket) stranger.key().context().getSocketFactory().createSocket(link.getHost(), link.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream()
          .write(String.join("\r\n", "GET /link/v1/commands HTTP/1.1", "Host: x", "Connection: Upgrade, HTTP2-Settings, close",
              "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "", "").getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
    }
    try (
        SSLSocket socket = (SSLSocket) stranger.key().context().getSocketFactory().createSocket(link.getHost(), link.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).as("text, no frames")
          .contains(" 404 Not Found\r\n", "problem+json");
    }
  }

  @Test
  void tls12IsRefused() throws IOException {
    URI at = plane.dashboard();
    try (SSLSocket socket = (SSLSocket) CERTIFICATES.trustingContext().getSocketFactory().createSocket(at.getHost(),
        at.getPort())) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[]{"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void theManagementListenerStaysPlainOnLoopback() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(plane.management().resolve("/health/ready")).build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
      assertThat(answer.headers().map()).doesNotContainKey("strict-transport-security");
      assertThat(client.send(HttpRequest.newBuilder(plane.management().resolve("/metrics")).build(),
          HttpResponse.BodyHandlers.ofString()).body()).contains("jvm_");
    }
  }

  @Test
  void theManagementListenerSpeaksTlsAnywhereElse() throws IOException, InterruptedException {
    Path settings = settings();
    Files.writeString(settings, Files.readString(settings).replace("management: {port", "management: {host: 0.0.0.0, port"));
    try (ControlPlane wide = ControlPlane.start(settings, ControlOptions.NONE);
        HttpClient client = HttpClient.newBuilder().sslContext(CERTIFICATES.trustingContext()).build()) {
      assertThat(wide.management().getScheme()).isEqualTo("https");
      String at = "://localhost:" + wide.management().getPort() + "/health/ready";
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create("https" + at)).build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
      assertThat(answer.headers().map()).containsKey("strict-transport-security");
      HttpRequest plain = HttpRequest.newBuilder(URI.create("http" + at)).timeout(Duration.ofSeconds(10)).build();
      assertThatThrownBy(() -> client.send(plain, HttpResponse.BodyHandlers.ofString())).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aReplacedCertificateIsThatOfNewHandshakesAndABadOneOfNone()
      throws IOException, GeneralSecurityException, InterruptedException {
    X509Certificate first = shown();
    try (HttpClient open = HttpClient.newBuilder().sslContext(CERTIFICATES.trustingContext()).build()) {
      HttpRequest request = HttpRequest.newBuilder(plane.dashboard().resolve("/api/v1/csrf-token")).build();
      assertThat(open.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      CERTIFICATES.issue("localhost").writePemFiles(directory);
      keyStore();
      await().atMost(Duration.ofSeconds(20)).until(() -> !shown().equals(first));
      X509Certificate second = shown();
      assertThat(open.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).as("what is open goes on")
          .isEqualTo(200);
      Files.writeString(directory.resolve("server.p12"), "no key store");
      await().atMost(Duration.ofSeconds(20)).until(() -> metrics().contains("authpipe_certificate_refused_total 1.0"));
      assertThat(shown()).isEqualTo(second);
      assertThat(metrics()).containsPattern("authpipe_certificate_expires_seconds 2[0-9]{6}\\.0");
      keyStore();
    }
  }

  private static String metrics() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(plane.management().resolve("/metrics")).build(),
          HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static X509Certificate shown() throws IOException {
    URI at = plane.dashboard();
    try (SSLSocket socket = (SSLSocket) CERTIFICATES.trustingContext().getSocketFactory().createSocket(at.getHost(),
        at.getPort())) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static void keyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
        .decode(Files.readString(directory.resolve("private-key.pem")).replaceAll("-----[A-Z ]+-----", ""))));
    Certificate[] chain = CertificateFactory.getInstance("X.509")
        .generateCertificates(
            new ByteArrayInputStream(Files.readString(directory.resolve("certificate.pem")).getBytes(StandardCharsets.US_ASCII)))
        .toArray(Certificate[]::new);
    store.setKeyEntry("server", key, "development".toCharArray(), chain);
    try (OutputStream out = Files.newOutputStream(directory.resolve("server.p12"))) {
      store.store(out, "development".toCharArray());
    }
  }
}
