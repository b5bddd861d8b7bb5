package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.ListenerTls;
import dev.authpipe.control.member.totp.FactorKey;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Store;

/** The settings file, and each cause for which the control plane does not start (S93). */
@Tag("S93")
class ControlSettingsTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void anUnknownKeyStopsTheStartWithTheNearestKnownOne() {
    refused(with("workspace: {regions: [eu]}"), "workspace.regions is unknown; did you mean workspaces.regions?");
  }

  @Test
  void whatIsMissingOrWrongIsNamed() throws IOException {
    refused(write("mode: development"), "store.url is missing");
    refused(write("mode: sandbox"), "mode must be production or development");
    refused(write("- a"), "must be a mapping");
    refused(write("a: {"), "not valid YAML");
    refused(Path.of("/nowhere/control-plane.yaml"), "cannot be read");
    refused(edited("listeners:", "listeners:\n  tls: {key_store: a.p12}"), "key_store and key_store_password belong together");
    refused(edited("dashboard: {port", "dashboard: {host: 0.0.0.0, port"), "starts only on loopback");
    refused(edited(", sealing_key: {file: sealing.key}", ""), "key_store, key_store_password and sealing_key belong together");
    refused(edited("key_store: link.p12, ", ""), "key_store, key_store_password and sealing_key belong together");
    refused(edited("link.p12", "store.password"), "the key store of the link cannot be read");
    Path mixed = plane.settings().resolveSibling("mixed.p12");
    LinkClient.Key.create().write(mixed, "development", LinkClient.Key.create());
    refused(edited("link.p12", "mixed.p12"), "the certificate in the key store of the link is not that of its key");
    refused(edited("sealing.key", "link.password"), "link.sealing_key must be base64 of 32 bytes");
    refused(edited("management: {port", "management: {host: 0.0.0.0, port"), "starts only on loopback");
    refused(edited("regions: [eu, us]", "regions: [EU]"), "workspaces.regions");
    refused(edited("regions: [eu, us]", "plan: gold"), "which there is not");
    refused(edited("store.password}", "nothing}"), "store.password refers to a file that cannot be read");
  }

  @Test
  @Tag("S90")
  void postgresqlWithoutTlsIsRefusedOutsideDevelopment() throws IOException {
    Path file = write("mode: production\nstore: {url: 'jdbc:postgresql://db/control'}\n");
    refused(file, "sslmode=verify-full");
  }

  @Test
  void outsideDevelopmentPeopleNeedAKeyAndMail() throws IOException, GeneralSecurityException {
    String production = "mode: production\nstore: {url: 'jdbc:postgresql://db/control?sslmode=verify-full&sslcert=c&sslkey=k'}\n";
    refused(write(production), "people.factor_key is missing");
    Path key = write(FactorKey.newKeyset().expose());
    String withKey = production + "people: {factor_key: {file: " + key + "}";
    refused(write(withKey + "}\n"), "mail.smtp.host is missing");
    refused(write(withKey + "}\nmail: {smtp: {host: m, protection: none}}\n"), "mail.smtp.protection must be starttls or tls");
    refused(write(withKey + ", password_memory_kib: 64}\n"), "people.password_memory_kib must be");
    refused(write(withKey + "}\nsign_in: {oidc: {issuer: 'http://idp', client_id: a}}\n"),
        "sign_in.oidc.issuer must be an https");
    refused(write(withKey + "}\nsign_in: {oidc: {issuer: 'https://idp.example'}}\n"), "issuer and client_id belong together");
    refused(with("people: {factor_key: {file: " + write("{}") + "}}"), "people.factor_key is not a Tink keyset");
  }

  @Test
  void aStoreThatDoesNotAnswerOrHasNoSchemaStopsTheStart() throws IOException {
    refused(edited("/control_", "/nothing_"), "does not answer");
    plane.asSuperuser("create database empty_control owner control_owner");
    String url = plane.stores().jdbcUrl(Store.CONTROL);
    refused(edited(url, url.replaceAll("/[^/]+$", "/empty_control")), "has no schema");
  }

  @Test
  void aPortInUseStopsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(plane.dashboard().getPort());
      refused(edited("dashboard: {port: " + port, "dashboard: {port: " + taken.getLocalPort()), "in use");
    }
  }

  @Test
  void everySettingHasALineInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "control-plane.md"));
    Path source = Path.of("src/main/java/dev/authpipe/control/ops");
    String code = Files.readString(source.resolve("ControlSettings.java"))
        + Files.readString(source.resolve("PeopleSection.java"));
    Set<String> keys = new TreeSet<>(Set.of("listeners.dashboard.host", "listeners.dashboard.port", "listeners.link.host",
        "listeners.link.port", "listeners.management.host", "listeners.management.port"));
    Pattern.compile("settings\\.(?:get|find|need|list|secret|path)\\(\\s*\"([a-z_.]+)\"").matcher(code).results()
        .map(found -> found.group(1)).filter(key -> !key.endsWith(".")).forEach(keys::add);
    Set<String> documented = Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|").matcher(page).results().map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(keys).hasSizeGreaterThan(20);
  }

  @Test
  @Tag("S62")
  void aSecretThatStandsInTheEnvironmentItselfIsRefusedAndNotRepeated() {
    for (String name : List.of("STORE_PASSWORD", "MAIL_SMTP_PASSWORD", "LINK_SEALING_KEY", "PEOPLE_FACTOR_KEY",
        "LISTENERS_TLS_KEY_STORE_PASSWORD", "SIGN_IN_OIDC_CLIENT_SECRET")) {
      assertThatThrownBy(() -> ControlSettings.read(plane.settings(), Map.of("AUTHPIPE_CONTROL_" + name, "hunter2")))
          .isInstanceOf(StartupException.class).hasMessageContaining("AUTHPIPE_CONTROL_" + name + "_FILE")
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  @Tag("S90")
  void outsideDevelopmentEachWayToTheStoreIsVerified() throws IOException {
    String good = "?sslmode=verify-full&sslcert=c&sslkey=k";
    for (String wrong : List.of("?sslmode=require&sslcert=c&sslkey=k", "?sslmode=verify-full", good + "&sslmode=disable",
        good + "&sslfactory=org.postgresql.ssl.NonValidatingFactory")) {
      refused(write("mode: production\nstore: {url: 'jdbc:postgresql://db/control" + wrong + "'}\n"), "store.url must");
    }
    refused(write("mode: production\nstore: {url: 'jdbc:postgresql://db/control" + good
        + "', notification_url: 'jdbc:postgresql://direct/control'}\n"),
        "store.notification_url must contain sslmode=verify-full");
  }

  @Test
  void theEnvironmentWins() throws IOException {
    ControlSettings read = ControlSettings.read(plane.settings(), Map.of("AUTHPIPE_CONTROL_STORE_USER", "somebody",
        "AUTHPIPE_CONTROL_WORKSPACES_REGIONS", "ap, eu"));
    assertThat(read.store().user()).isEqualTo("somebody");
    assertThat(read.workspaces().regions()).containsExactly("ap", "eu");
  }

  @Test
  @Tag("S94")
  void aListenerWithACertificateSpeaksTls13Only() {
    ListenerSettings local = ControlSettings.read(plane.settings(), Map.of()).listeners();
    ListenerSettings secure = new ListenerSettings(new ListenerSettings.Address("0.0.0.0", 8500), local.link(), null,
        local.management(),
        URI.create("https://control.example"),
        new ListenerTls(Path.of("a.p12"), false, () -> SecretText.of("x"), Duration.ofSeconds(5)),
        List.of());
    assertThat(secure.secure()).isTrue();
    assertThat(secure.serverProperties()).as("what ServerTls speaks, and TlsListenerTest proves")
        .containsEntry("micronaut.server.ssl.enabled", true);
  }

  @Test
  void theCommandSaysWhatIsWrongInOneSentenceAndExitsWith1() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = ControlCommand.run(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), "--config", "/nowhere/control-plane.yaml");
    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("authpipe: ").contains("cannot be read").hasLineCount(1);
  }

  @Test
  void wrongUseExitsWith2AndHelpWith0() {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    assertThat(ControlCommand.run(nowhere, nowhere, "--colour")).isEqualTo(2);
    assertThat(ControlCommand.run(nowhere, nowhere, "--help")).isZero();
  }

  private Path with(String more) {
    return RunningControlPlane.settings(plane.stores(), more);
  }

  private Path edited(String before, String after) throws IOException {
    String text = Files.readString(plane.settings());
    assertThat(text).contains(before);
    Path file = plane.settings().resolveSibling("edited.yaml");
    return Files.writeString(file, text.replace(before, after));
  }

  private static Path write(String text) throws IOException {
    return Files.writeString(Files.createTempFile("control-plane", ".yaml"), text);
  }

  private static void refused(Path file, String sentence) {
    assertThatThrownBy(() -> ControlPlane.start(file, ControlOptions.NONE)).isInstanceOf(StartupException.class)
        .hasMessageContaining(sentence).hasMessageNotContaining("\n");
  }
}
