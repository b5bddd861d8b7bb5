package dev.authpipe.control.ops;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micronaut.context.ApplicationContext;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import dev.authpipe.control.dataplane.CommandKey;
import dev.authpipe.control.member.totp.FactorKey;
import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Provisioning;
import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ScratchDirectory;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.mail.MailServer;

/** A control plane's deployment in earnest, with mutual TLS to a PostgreSQL of its own; of it everything can be spoilt. */
final class DoctorStage implements AutoCloseable {
  private static final String LINK_PASSWORD = "lp" + UUID.randomUUID();

  /** Something that a test does while a thing is spoilt. */
  @FunctionalInterface
  interface Look {
    void look() throws IOException, GeneralSecurityException;
  }

  private final Path directory;
  private final EmbeddedPostgres postgres;
  private final MailServer mail = MailServer.start();
  private final String password = UUID.randomUUID().toString().replace("-", "");
  private final Path file;

  private DoctorStage() throws IOException, GeneralSecurityException, SQLException {
    directory = ScratchDirectory.create("doctor");
    TestCertificates certificates = TestCertificates.create();
    pem(certificates, "server", "localhost", "127.0.0.1");
    pem(certificates, "client", "control-app");
    keyStore("server", "server.p12");
    Files.write(directory.resolve("client.pk8"), key("client").getEncoded());
    LinkClient.Key.create().write(directory.resolve("link.p12"), LINK_PASSWORD);
    secret("link.password", LINK_PASSWORD);
    secret("server.password", LINK_PASSWORD);
    secret("store.password", password);
    secret("sealing.key", Base64.getEncoder().encodeToString(new byte[32]));
    secret("factor.key", FactorKey.newKeyset().expose());
    for (String name : List.of("server.p12", "link.p12", "client.pk8", "server/private-key.pem")) {
      own(directory.resolve(name));
    }
    postgres = EmbeddedPostgres.builder().setServerConfig("ssl", "on").setServerConfig("fsync", "off")
        .setServerConfig("ssl_cert_file", directory.resolve("server/certificate.pem").toString())
        .setServerConfig("ssl_key_file", directory.resolve("server/private-key.pem").toString())
        .setServerConfig("ssl_ca_file", directory.resolve("server/ca.pem").toString()).start();
    Provisioning.create(Store.CONTROL, postgres.getPostgresDatabase(), "control", password);
    Migrations.migrate(Store.CONTROL, postgres.getDatabase("control_owner", "control"));
    file = Files.writeString(directory.resolve("control-plane.yaml"), """
        listeners:
          dashboard: {port: %d, public_url: "https://localhost"}
          tls: {key_store: server.p12, key_store_password: {file: server.password}}
        store:
          url: "jdbc:postgresql://localhost:%d/control?sslmode=verify-full&sslrootcert=%s&sslcert=%s&sslkey=%s"
          password: {file: store.password}
        link: {key_store: link.p12, key_store_password: {file: link.password}, sealing_key: {file: sealing.key}}
        people: {factor_key: {file: factor.key}}
        mail: {smtp: {host: 127.0.0.1, port: %d}}
        """.formatted(18_500, postgres.getPort(), directory.resolve("server/ca.pem"), directory.resolve("client/certificate.pem"),
        directory.resolve("client.pk8"), mail.port()));
  }

  /** Makes everything. */
  static DoctorStage set() {
    try {
      return new DoctorStage();
    } catch (IOException | GeneralSecurityException | SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  Path file() {
    return file;
  }

  Path factorKey() {
    return directory.resolve("factor.key");
  }

  String password() {
    return password;
  }

  static String keyStorePassword() {
    return LINK_PASSWORD;
  }

  int mailPort() {
    return mail.port();
  }

  /** The settings with something else in them, in a file beside. */
  Path edited(String before, String after) {
    try {
      String text = Files.readString(file);
      if (!text.contains(before)) {
        throw new AssertionError("the settings have no " + before);
      }
      return Files.writeString(directory.resolve("edited.yaml"), text.replace(before, after));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The same deployment in development, where mail may go without TLS. */
  Path development(String more) throws IOException {
    String text = Files.readString(file).replace("port: " + mail.port() + "}", "port: " + mail.port() + ", protection: none}");
    return Files.writeString(directory.resolve("development.yaml"), "mode: development\n" + text + more + "\n");
  }

  /** A file that only its owner may read. */
  Path secret(String name, String content) {
    try {
      return own(Files.writeString(directory.resolve(name), content));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Path own(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** Makes the key that signs commands, as its first use does. */
  void makeCommandKey() {
    try (ApplicationContext context = ControlPlane.context(ControlSettings.read(file, Map.of()), ControlOptions.NONE)) {
      context.getBean(CommandKey.class).sign("");
    }
  }

  /** Looks while something is spoilt, and mends it. */
  void during(String spoil, String mend, Look look) {
    sql(spoil);
    try {
      look.look();
    } catch (IOException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    } finally {
      sql(mend);
    }
  }

  /** Runs SQL as superuser; answers the first column, in text. */
  List<String> sql(String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = postgres.getDatabase("postgres", "control").getConnection();
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
      return values;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void pem(TestCertificates certificates, String name, String... names) throws IOException {
    Path own = Files.createDirectory(directory.resolve(name));
    certificates.issue(names).writePemFiles(own);
  }

  private PrivateKey key(String name) throws IOException, GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
        .decode(Files.readString(directory.resolve(name).resolve("private-key.pem")).replaceAll("-----[A-Z ]+-----", ""))));
  }

  private void keyStore(String name, String target) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(
        Files.readString(directory.resolve(name).resolve("certificate.pem")).getBytes(StandardCharsets.US_ASCII)))
        .toArray(Certificate[]::new);
    store.setKeyEntry(name, key(name), LINK_PASSWORD.toCharArray(), chain);
    try (OutputStream out = Files.newOutputStream(directory.resolve(target))) {
      store.store(out, LINK_PASSWORD.toCharArray());
    }
  }

  @Override
  public void close() {
    mail.close();
    try {
      postgres.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
