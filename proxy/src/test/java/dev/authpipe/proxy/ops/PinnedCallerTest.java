package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.caller.ApiKeyRequest;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.ClientCertificate;
import dev.authpipe.proxy.http.ServerTls;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.LeafCertificate;
import dev.authpipe.testkit.TestCertificates;

/** A proxy with TLS from PEM files: callers that are bound to their certificates, and certificates that are replaced while it runs. */
@Tag("S94")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PinnedCallerTest {
  private static final TestCertificates AUTHORITY = TestCertificates.create();
  private static final LeafCertificate MINE = AUTHORITY.issue("backend.acme.example");
  private static final LeafCertificate OTHER = AUTHORITY.issue("other.acme.example");
  private static final List<String> ROUTES = List.of("/v1/connections", "/v1/connections/conn_01h455vb4pex5vsknk084sn02q/token",
      "/v1/proxy/conn_01h455vb4pex5vsknk084sn02q/x");

  @TempDir
  static Path directory;

  private static EmbeddedDatabases.StoreSet stores;
  private static RunningProxy proxy;
  private static String pinned;
  private static String free;

  @BeforeAll
  static void start() throws IOException {
    stores = EmbeddedDatabases.shared().create();
    serve(AUTHORITY.issue("localhost", "127.0.0.1"));
    Files.writeString(directory.resolve("authorities.pem"), AUTHORITY.authorityPem());
    Path settings = ProxyFiles.write(directory, stores,
        AuthpipeCommandTest.WORKSPACE + "configuration: {reload_interval: 100 ms}\n");
    Files.writeString(settings, Files.readString(settings).replace("listeners:\n", """
        listeners:
          tls:
            certificate: server.pem
            private_key: {file: server.key}
            client_certificates: optional
            client_authorities: authorities.pem
        """));
    proxy = RunningProxy.start(settings, Map.of());
    free = key(List.of());
    pinned = key(List.of(ClientCertificate.thumbprint(MINE.certificate())));
  }

  @AfterAll
  static void stop() {
    proxy.close();
    stores.close();
  }

  private static String key(List<String> certificates) {
    ApiKeyRequest request = new ApiKeyRequest("test", Set.of(Scope.values()), Set.of(), List.of(), certificates, false, null,
        null,
        null);
    return proxy.bean(ApiKeys.class).create(proxy.bean(Configuration.class).workspaceNamed("acme").orElseThrow().id(), request,
        AuditActor.operator()).apiKey().expose();
  }

  private static void serve(LeafCertificate certificate) throws IOException {
    Path fresh = Files.createTempDirectory(directory, "fresh");
    certificate.writePemFiles(fresh);
    Files.move(fresh.resolve("private-key.pem"), directory.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(fresh.resolve("certificate.pem"), directory.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  @Order(1)
  @Tag("S31")
  void aBoundKeyIsGoodWithItsCertificateAlone() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      for (String route : ROUTES) {
        int known = route.equals("/v1/connections") ? 200 : 404;
        String as = version + " " + route;
        assertThat(call(version, MINE.context(), route, pinned).statusCode()).as(as).isEqualTo(known);
        assertThat(call(version, AUTHORITY.trustingContext(), route, free).statusCode()).as(as).isEqualTo(known);
        for (SSLContext without : List.of(AUTHORITY.trustingContext(), OTHER.context())) {
          HttpResponse<String> refused = call(version, without, route, pinned);
          assertThat(refused.statusCode()).as(as).isEqualTo(401);
          assertThat(refused.body()).as(as).contains("\"code\":\"client_certificate_required\"");
          assertThat(refused.headers().firstValue("www-authenticate")).as(as).contains("Bearer");
          assertThat(refused.version()).isEqualTo(version);
        }
      }
    }
  }

  @Test
  @Order(2)
  @Tag("S31")
  void aHeaderProvesNothing() throws Exception {
    String thumbprint = ClientCertificate.thumbprint(MINE.certificate());
    for (String route : ROUTES) {
      assertThat(
          call(HttpClient.Version.HTTP_1_1, AUTHORITY.trustingContext(), route, pinned, "Authpipe-Client-Certificate", thumbprint)
              .statusCode())
          .as(route).isEqualTo(401);
      assertThat(call(HttpClient.Version.HTTP_2, OTHER.context(), route, pinned, "Authpipe-Client-Certificate", thumbprint)
          .statusCode()).as(route).isEqualTo(401);
    }
  }

  @Test
  @Order(3)
  void aCertificateOfAnotherAuthorityFailsTheHandshakeOfTheApiAloneAndTls12Everywhere() throws Exception {
    LeafCertificate stranger = TestCertificates.create().issue("backend.acme.example");
    SSLContext strange = SSLContext.getInstance("TLS");
    strange.init(keys(stranger), new javax.net.ssl.TrustManager[]{any()}, null);
    assertThatThrownBy(() -> call(HttpClient.Version.HTTP_1_1, strange, "/v1/connections", free)).isInstanceOf(IOException.class);
    try (HttpClient client = HttpClient.newBuilder().sslContext(strange).build()) {
      HttpResponse<String> page = client.send(HttpRequest.newBuilder(proxy.connect().resolve("/connect")).build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).as("browsers are not asked").isEqualTo(200);
      assertThat(page.headers().firstValue("strict-transport-security"))
          .hasValueSatisfying(value -> assertThat(value).startsWith("max-age="));
    }
    for (URI at : List.of(proxy.api(), proxy.connect())) {
      try (SSLSocket socket = socket(AUTHORITY.trustingContext(), at)) {
        socket.setEnabledProtocols(new String[]{"TLSv1.2"});
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
      }
    }
  }

  @Test
  @Order(4)
  @Tag("S2")
  void aRowThatIsFreedOfItsCertificateIsRefused() throws Exception {
    String moved = key(List.of(ClientCertificate.thumbprint(MINE.certificate())));
    assertThat(call(HttpClient.Version.HTTP_1_1, MINE.context(), "/v1/connections", moved).statusCode()).isEqualTo(200);
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("update api_key set certificates = null where certificates is not null");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    String fresh = key(List.of(ClientCertificate.thumbprint(MINE.certificate())));
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("update api_key set certificates = null where certificates is not null");
    }
    HttpResponse<String> refused = call(HttpClient.Version.HTTP_1_1, MINE.context(), "/v1/connections", fresh);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).contains("\"code\":\"unauthenticated\"");
  }

  @Test
  @Order(5)
  void aReplacedCertificateIsThatOfNewHandshakesAndABadOneOfNone() throws Exception {
    ServerTls tls = proxy.bean(ServerTls.class);
    X509Certificate first = shown(proxy.api());
    try (HttpClient open = HttpClient.newBuilder().sslContext(AUTHORITY.trustingContext()).version(HttpClient.Version.HTTP_1_1)
        .build()) {
      assertThat(send(open, "/v1/connections", free).statusCode()).isEqualTo(200);
      serve(AUTHORITY.issue("localhost", "127.0.0.1"));
      await().atMost(Duration.ofSeconds(20)).until(() -> !shown(proxy.api()).equals(first));
      X509Certificate second = shown(proxy.connect());
      assertThat(second).as("the connect listener too").isNotEqualTo(first);
      assertThat(send(open, "/v1/connections", free).statusCode()).as("what is open goes on").isEqualTo(200);
      assertThat(tls.end()).isEqualTo(second.getNotAfter().toInstant());

      long refused = tls.refused();
      Files.writeString(directory.resolve("server.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      await().atMost(Duration.ofSeconds(20)).until(() -> tls.refused() == refused + 1);
      assertThat(shown(proxy.api())).isEqualTo(second);
      Instant good = tls.end();
      serve(AUTHORITY.issueExpired("localhost", "127.0.0.1"));
      await().atMost(Duration.ofSeconds(20)).until(() -> tls.refused() >= refused + 2 || !tls.end().equals(good));
      assertThat(tls.end()).as("one that has ended").isEqualTo(good);
      assertThat(shown(proxy.api())).isEqualTo(second);
      serve(AUTHORITY.issue("localhost", "127.0.0.1"));
      await().atMost(Duration.ofSeconds(20)).until(() -> !shown(proxy.api()).equals(second));
    }
  }

  private static X509Certificate shown(URI at) throws IOException {
    try (SSLSocket socket = socket(AUTHORITY.trustingContext(), at)) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket socket(SSLContext context, URI at) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(at.getHost(), at.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static HttpResponse<String> call(HttpClient.Version version, SSLContext context, String route, String key,
      String... headers) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).version(version).build()) {
      return client.send(request(route, key, headers), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> send(HttpClient client, String route, String key) throws IOException, InterruptedException {
    return client.send(request(route, key), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String route, @Nullable String key, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(proxy.api().resolve(route)).header("Authorization", "Bearer " + key);
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private static javax.net.ssl.KeyManager[] keys(LeafCertificate certificate) throws Exception {
    Path fresh = Files.createTempDirectory(directory, "stranger");
    certificate.writePemFiles(fresh);
    java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("stranger",
        java.security.KeyFactory.getInstance("EC").generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(java.util.Base64
            .getMimeDecoder().decode(Files.readString(fresh.resolve("private-key.pem")).replaceAll("-----[A-Z ]+-----", "")))),
        new char[0], new java.security.cert.Certificate[]{certificate.certificate()});
    javax.net.ssl.KeyManagerFactory factory = javax.net.ssl.KeyManagerFactory
        .getInstance(javax.net.ssl.KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    javax.net.ssl.X509KeyManager all = (javax.net.ssl.X509KeyManager) factory.getKeyManagers()[0];
    return new javax.net.ssl.KeyManager[]{new Insisting(all)};
  }

  private static javax.net.ssl.TrustManager any() {
    return new AnyServer();
  }

  /** Shows its certificate whatever authorities the server names. */
  private static final class Insisting extends javax.net.ssl.X509ExtendedKeyManager {
    private final javax.net.ssl.X509KeyManager all;

    Insisting(javax.net.ssl.X509KeyManager all) {
      this.all = all;
    }

    @Override
    public String chooseClientAlias(String[] types, java.security.Principal @Nullable [] issuers,
        java.net.@Nullable Socket socket) {
      return "stranger";
    }

    @Override
    public String chooseEngineClientAlias(String[] types, java.security.Principal @Nullable [] issuers,
        javax.net.ssl.@Nullable SSLEngine engine) {
      return "stranger";
    }

    @Override
    public String[] getClientAliases(String type, java.security.Principal @Nullable [] issuers) {
      return new String[]{"stranger"};
    }

    @Override
    public String[] getServerAliases(String type, java.security.Principal @Nullable [] issuers) {
      return new String[0];
    }

    @Override
    public @Nullable String chooseServerAlias(String type, java.security.Principal @Nullable [] issuers,
        java.net.@Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return all.getCertificateChain(alias);
    }

    @Override
    public java.security.@Nullable PrivateKey getPrivateKey(String alias) {
      return all.getPrivateKey(alias);
    }
  }

  private static final class AnyServer extends javax.net.ssl.X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
