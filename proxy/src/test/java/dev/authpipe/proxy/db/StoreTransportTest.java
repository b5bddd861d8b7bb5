package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.SecuredPostgres;

/** The way to a PostgreSQL that wants mutual TLS and a password, both of which are replaced while the proxy runs. */
@Tag("S90")
class StoreTransportTest {
  /** How long a connection that never comes is waited for. */
  private static final Duration REFUSED = Duration.ofMillis(500);

  private final SecuredPostgres postgres = SecuredPostgres.shared();

  @Test
  void theConnectionSpeaksTls13AndShowsItsCertificate() {
    try (VaultDatabase database = new VaultDatabase(settings(postgres.url(Store.VAULT)), Map.of())) {
      assertThat(asked(database, "version")).isEqualTo("TLSv1.3");
      assertThat(asked(database, "client_dn")).isEqualTo("/CN=vault_app");
    }
  }

  @Test
  void withoutTlsOrWithoutTheCertificateOfTheRoleNobodyComesIn() {
    for (String url : new String[]{postgres.plainUrl(Store.VAULT) + "?sslmode=disable",
        postgres.plainUrl(Store.VAULT) + "?sslmode=require",
        postgres.url(Store.CLIENT_SECRETS).replace("/client_secrets?", "/vault?")}) {
      try (VaultDatabase database = new VaultDatabase(settings(url, REFUSED), Map.of())) {
        assertThatThrownBy(() -> asked(database, "version")).as(url).isInstanceOf(StoreUnavailableException.class);
      }
    }
  }

  @Test
  void aServerThatTheAuthorityDidNotCertifyIsRefused() throws IOException {
    Path stranger = Files.createTempDirectory(postgres.directory(), "stranger");
    dev.authpipe.testkit.TestCertificates.create().issue("localhost").writePemFiles(stranger);
    String url = postgres.url(Store.VAULT).replace(postgres.directory().resolve("server/ca.pem").toString(),
        stranger.resolve("ca.pem").toString());
    try (VaultDatabase database = new VaultDatabase(settings(url, REFUSED), Map.of())) {
      assertThatThrownBy(() -> asked(database, "version")).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void aReplacedCertificateIsThatOfTheNextConnections() {
    try (VaultDatabase database = new VaultDatabase(settings(postgres.url(Store.VAULT)), Map.of())) {
      String first = asked(database, "client_serial::text");
      postgres.renewCertificate(Store.VAULT);
      assertThat(asked(database, "client_serial::text")).as("open connections go on").isEqualTo(first);
      postgres.endConnections(Store.VAULT);
      assertThat(asked(database, "client_serial::text")).isNotEqualTo(first);
    }
  }

  @Test
  void aReplacedPasswordIsThatOfTheNextConnectionsAndOfTheListener() {
    StoreSettings settings = settings(postgres.url(Store.VAULT));
    try (VaultDatabase database = new VaultDatabase(settings, Map.of());
        Notifications notifications = new Notifications(java.util.List.of(settings), Ticker.systemTicker())) {
      notifications.start();
      assertThat(asked(database, "version")).isEqualTo("TLSv1.3");
      await().atMost(Duration.ofSeconds(20)).until(this::isListening);
      postgres.changePassword(Store.VAULT);
      assertThat(asked(database, "version")).isEqualTo("TLSv1.3");
      await().atMost(Duration.ofSeconds(20)).until(this::isListening);
    }
  }

  private boolean isListening() {
    return !postgres.sql(Store.VAULT, "select 1 from pg_stat_activity where application_name = 'authpipe-notifications'")
        .isEmpty();
  }

  private static String asked(VaultDatabase database, String column) {
    return database.findAnywhere(dsl -> Optional.of(
        dsl.fetchSingle("select " + column + " from pg_stat_ssl where pid = pg_backend_pid()").get(0, String.class)))
        .orElseThrow();
  }

  private StoreSettings settings(String url) {
    return settings(url, Duration.ofSeconds(5));
  }

  private StoreSettings settings(String url, Duration wait) {
    Supplier<SecretText> password = () -> {
      try {
        return SecretText.of(Files.readString(postgres.password(Store.VAULT)));
      } catch (IOException failure) {
        throw new java.io.UncheckedIOException(failure);
      }
    };
    return new StoreSettings(url, null, Store.VAULT.applicationRole(), password, 4, wait, Duration.ofSeconds(10));
  }
}
