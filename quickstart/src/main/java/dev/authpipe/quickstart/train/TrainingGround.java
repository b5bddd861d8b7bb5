package dev.authpipe.quickstart.train;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ssl.SSLContext;

import dev.authpipe.migrations.Store;
import dev.authpipe.quickstart.stage.Workplace;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;

/**
 * Everything that a proxy needs to be trained, made for this once: PostgreSQL, a provider's API behind TLS, certificates, keys and a settings
 * file. All of it is on loopback or in a temporary directory, and goes with {@link #close()}.
 */
final class TrainingGround implements AutoCloseable {
  /** The integration and the provider, which share a name. */
  static final String INTEGRATION = "training";

  /** Where the provider seems to be; the reserved domain never resolves. */
  static final String PROVIDER_ORIGIN = "https://training.invalid";

  private static final String HOST = "localhost";
  private static final int KEK_BYTES = 32;
  private static final int LONG_ANSWER = 10 * 1024;
  private static final Answer SHORT = Answer.json(200, "{\"items\":[\"" + "x".repeat(180) + "\"]}");
  private static final Answer LONG = Answer.json(200, "{\"items\":[\"" + "x".repeat(LONG_ANSWER) + "\"]}");

  private final Workplace workplace;
  private final EmbeddedDatabases databases;
  private final LoopbackServer provider;
  private final TestCertificates certificates;
  private final Path settings;
  private final int port;
  private final Thread cleaner = new Thread(this::clean, "training-cleaner");
  private final AtomicBoolean cleaned = new AtomicBoolean();

  private TrainingGround(Workplace workplace, EmbeddedDatabases databases, TestCertificates certificates) throws IOException {
    this.workplace = workplace;
    this.databases = databases;
    this.certificates = certificates;
    List<Integer> ports = FreePorts.next(3);
    this.port = ports.getFirst();
    this.provider = LoopbackServer.start(TrainingGround::answer, certificates.issue(HOST).context());
    this.settings = write(ports);
  }

  /** Lays it out; also who interrupts the training leaves nothing behind. */
  static TrainingGround lay() throws IOException {
    Workplace workplace = new Workplace();
    EmbeddedDatabases databases = null;
    try {
      databases = EmbeddedDatabases.start();
      TrainingGround ground = new TrainingGround(workplace, databases, TestCertificates.create());
      Runtime.getRuntime().addShutdownHook(ground.cleaner);
      return ground;
    } catch (IOException | RuntimeException failed) {
      if (databases != null) {
        databases.close();
      }
      workplace.close();
      throw failed;
    }
  }

  /** The proxy's settings file. */
  Path settings() {
    return settings;
  }

  /** Where the proxy's API listener will be. */
  URI api() {
    return URI.create("https://" + HOST + ":" + port);
  }

  /** Where the provider really is. */
  URI provider() {
    return provider.origin(HOST);
  }

  /** Trusts that listener, and nobody else. */
  SSLContext trust() {
    return certificates.trustingContext();
  }

  private static void answer(Exchange exchange) throws IOException {
    exchange.body().transferTo(OutputStream.nullOutputStream());
    exchange.answer(exchange.request().rawPath().endsWith("/long") ? LONG : SHORT);
  }

  private Path write(List<Integer> ports) throws IOException {
    EmbeddedDatabases.StoreSet stores = databases.create();
    certificates.issue(HOST, "127.0.0.1").writePemFiles(workplace.directory());
    workplace.write("postgres-password", stores.password() + "\n");
    workplace.write("main.kek", kek());
    workplace.write("client-secrets.kek", kek());
    workplace.write("client-secret", random() + "\n");
    Path providers = Files.createDirectory(workplace.at("providers"));
    Files.writeString(providers.resolve(INTEGRATION + ".yaml"), providerFile());
    return workplace.write("authpipe.yaml",
        """
            mode: development
            deployment: training
            data_directory: data
            listeners:
              api: {port: %d}
              connect: {port: %d}
              management: {port: %d}
              tls: {certificate: certificate.pem, private_key: {file: private-key.pem}}
            stores:
              vault: {url: "%s", password: {file: postgres-password}}
              client_secrets: {url: "%s", password: {file: postgres-password}}
            keys:
              keks: {main: {file: main.kek}, client-secrets: {file: client-secrets.kek}}
            configuration: {provider_directory: providers}
            egress: {trusted_certificates: ["%s"]}
            refresh: {ahead: false}
            workspaces:
              - name: training
                integrations:
                  - {slug: %s, client_id: training, client_secret: {file: client-secret}, return_urls: ["https://app.example/connected"]}
            """
            .formatted(ports.get(0), ports.get(1), ports.get(2), stores.jdbcUrl(Store.VAULT),
                stores.jdbcUrl(Store.CLIENT_SECRETS),
                workplace.at("ca.pem"), INTEGRATION));
  }

  /** Nothing but its API is ever asked. */
  private static String providerFile() {
    return """
        format: 1
        provider: %1$s
        name: Training
        auth: oauth2
        verified: documented
        last_verified: 2026-11-28
        evidence: [https://example.com/training]
        authorize: {endpoint: "%2$s/authorize"}
        token: {endpoint: "%2$s/token", client_authentication: client_secret_basic}
        refresh: {rotation: none, invalid_token: {statuses: [401]}}
        api: {base: "%2$s/api"}
        """.formatted(INTEGRATION, PROVIDER_ORIGIN);
  }

  private static String kek() {
    return "authpipe-local-kek-1 " + random() + "\n";
  }

  private static String random() {
    byte[] bytes = new byte[KEK_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException ending) {
      // it cleans as well, once
    }
    clean();
  }

  private void clean() {
    if (cleaned.compareAndSet(false, true)) {
      provider.close();
      databases.close();
      workplace.close();
    }
  }
}
