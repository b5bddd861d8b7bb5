package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Provisioning;
import dev.authpipe.migrations.Store;

/**
 * A PostgreSQL as in earnest: nobody but the superuser comes in without TLS, without a certificate for their own role, and without its
 * password. Has the vault and the client-secrets store. Starts in about three seconds. Never for anything but tests.
 */
public final class SecuredPostgres implements AutoCloseable {
  private static final String RULES = """
      local     all all                    trust
      host      all postgres 127.0.0.1/32  trust
      host      all postgres ::1/128       trust
      hostnossl all all      all           reject
      hostssl   all all      all           scram-sha-256 clientcert=verify-full
      """;

  private static final class Shared {
    static final SecuredPostgres INSTANCE = start();
  }

  private final Path directory;
  private final TestCertificates certificates = TestCertificates.create();
  private final EmbeddedPostgres postgres;

  private SecuredPostgres(Path directory) throws IOException, SQLException {
    this.directory = directory;
    Path server = Files.createDirectory(directory.resolve("server"));
    certificates.issue("localhost", "127.0.0.1").writePemFiles(server);
    own(server.resolve("private-key.pem"));
    this.postgres = EmbeddedPostgres.builder().setPort(FreePorts.next()).setServerConfig("ssl", "on")
        .setServerConfig("fsync", "off").setServerConfig("ssl_cert_file", server.resolve("certificate.pem").toString())
        .setServerConfig("ssl_key_file", server.resolve("private-key.pem").toString())
        .setServerConfig("ssl_ca_file", server.resolve("ca.pem").toString()).start();
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      String password = newPassword();
      Provisioning.create(store, postgres.getPostgresDatabase(), store.databaseName(), password);
      Migrations.migrate(store, postgres.getDatabase(store.ownerRole(), store.databaseName()));
      own(Files.writeString(password(store), password));
      sql(store, "revoke connect on database " + store.databaseName() + " from public");
      sql(store,
          "grant connect on database " + store.databaseName() + " to " + store.applicationRole() + ", " + store.ownerRole() + ", "
              + store.backupRole());
      renewCertificate(store);
    }
    Files.writeString(Path.of(sql(Store.VAULT, "show hba_file").getFirst()), RULES);
    sql(Store.VAULT, "select pg_reload_conf()");
  }

  /** The one that all tests of this JVM share; it stops with the JVM. */
  public static SecuredPostgres shared() {
    return Shared.INSTANCE;
  }

  /** Starts one with everything in a new directory that only its owner may enter. */
  public static SecuredPostgres start() {
    try {
      return new SecuredPostgres(ScratchDirectory.create("secured"));
    } catch (IOException | SQLException failure) {
      throw new IllegalStateException("the PostgreSQL with TLS did not start", failure);
    }
  }

  /** Where its files are, and a test may put others. */
  public Path directory() {
    return directory;
  }

  /** The authority of every certificate here. */
  public TestCertificates certificates() {
    return certificates;
  }

  /** The address of a store without TLS. */
  public String plainUrl(Store store) {
    return "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + store.databaseName();
  }

  /** The address of a store with everything that it takes. */
  public String url(Store store) {
    return plainUrl(store) + "?sslmode=verify-full&sslrootcert=" + directory.resolve("server/ca.pem") + "&sslcert="
        + certificate(store) + "&sslkey=" + key(store);
  }

  /** The file with the application role's certificate. */
  public Path certificate(Store store) {
    return directory.resolve(store.applicationRole() + ".crt");
  }

  /** The file with the key of that, PKCS#8. */
  public Path key(Store store) {
    return directory.resolve(store.applicationRole() + ".pk8");
  }

  /** The file with the application role's password. */
  public Path password(Store store) {
    return directory.resolve(store.applicationRole() + ".password");
  }

  /** Gives the application role another certificate with another key, in the same files. */
  public void renewCertificate(Store store) {
    try {
      Path fresh = Files.createTempDirectory(directory, "fresh");
      certificates.issueTo(store.applicationRole()).writePemFiles(fresh);
      Files.write(key(store), privateKey(fresh.resolve("private-key.pem")).getEncoded());
      own(key(store));
      Files.copy(fresh.resolve("certificate.pem"), certificate(store), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Gives the application role another password, in the same file, and ends its connections. */
  public void changePassword(Store store) {
    String password = newPassword();
    sql(store, "alter role " + store.applicationRole() + " password '" + password + "'");
    try {
      Files.writeString(password(store), password);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    endConnections(store);
  }

  private static String newPassword() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Ends the connections of the application role. */
  public void endConnections(Store store) {
    sql(store, "select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + store.applicationRole() + "'");
  }

  /** Runs SQL as superuser; answers the first column, in text. */
  public List<String> sql(Store store, String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = postgres.getDatabase("postgres", store.databaseName()).getConnection();
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

  private static Path own(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static PrivateKey privateKey(Path pem) throws IOException, GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(
        Base64.getMimeDecoder().decode(Files.readString(pem).replaceAll("-----[A-Z ]+-----", ""))));
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
