package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.catalog.YamlFile;
import dev.authpipe.proxy.catalog.YamlSection;
import dev.authpipe.proxy.envelope.aws.AwsKekSettings;
import dev.authpipe.proxy.envelope.google.GoogleKekSettings;
import dev.authpipe.proxy.envelope.pkcs11.Pkcs11KekSettings;
import dev.authpipe.proxy.envelope.transit.TransitKekSettings;
import dev.authpipe.testkit.GeneratedDocument;

class SettingsTest {
  private static final Path DOCUMENT = Path.of("../docs/operations.md");
  private static final String BEGIN = "<!-- settings: begin -->\n";
  private static final String END = "<!-- settings: end -->";

  @TempDir
  Path directory;

  @Test
  void operationsMdNamesEverySetting() throws Exception {
    String page = Files.readString(DOCUMENT);
    StringBuilder table = new StringBuilder("| setting | value | default | meaning |\n|---|---|---|---|\n");
    for (Setting<?> setting : Settings.ALL) {
      String otherwise = setting.otherwise();
      table.append("| `").append(setting.key()).append("`<br>`").append(setting.variable()).append("` | ")
          .append(setting.form().replace("|", "\\|"))
          .append(" | ").append(otherwise == null || otherwise.isEmpty() ? "none" : "`" + otherwise + "`").append(" | ")
          .append(setting.meaning())
          .append(" |\n");
    }
    GeneratedDocument.check(DOCUMENT,
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END)));
  }

  @Test
  void everyDefaultIsAValueOfItsSetting() {
    SettingValues values = read("", Map.of());
    assertThat(values.get(Settings.API_PORT)).isEqualTo(8400);
    assertThat(values.get(Settings.RELOAD_INTERVAL)).isEqualTo(Duration.ofSeconds(5));
    assertThat(values.get(Settings.DATA_DIRECTORY)).isEqualTo(directory.resolve("data"));
    assertThat(values.isDevelopment()).isFalse();
  }

  @Test
  void theEnvironmentWinsOverTheFile() {
    SettingValues values = read("listeners: {api: {port: 1000}}\n", Map.of("AUTHPIPE_LISTENERS_API_PORT", "2000",
        "AUTHPIPE_EGRESS_PRIVATE_HOSTS", "git.internal, wiki.internal", "AUTHPIPE_KEYS_KEKS", "main=/k/main,other=/k/other"));
    assertThat(values.get(Settings.API_PORT)).isEqualTo(2000);
    assertThat(values.get(Settings.PRIVATE_HOSTS)).containsExactly("git.internal", "wiki.internal");
    assertThat(values.get(Settings.KEKS)).containsEntry("other", new KekDefinition.Local(Path.of("/k/other"), false));
  }

  @Test
  void aWrongOverrideIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> read("", Map.of("AUTHPIPE_LISTENERS_API_PORT", "hunter2")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("AUTHPIPE_LISTENERS_API_PORT").hasMessageNotContaining("hunter2");
  }

  @Test
  void anUnknownSettingIsRefusedWithTheNearestOne() {
    YamlSection root = root("listeners:\n  api:\n    prt: 1\n");
    SettingValues.read(root, Map.of(), directory);
    assertThatThrownBy(root::finish).hasMessage("authpipe.yaml:3: listeners.api.prt: unknown key; did you mean port?");
  }

  @ParameterizedTest
  @Tag("S93")
  @CsvSource(delimiter = '|', value = {
      "                                                        | no KEK is defined",
      "AUTHPIPE_LISTENERS_API_HOST=0.0.0.0                      | api.host is 0.0.0.0, but without a certificate in tls",
      "AUTHPIPE_LISTENERS_MANAGEMENT_HOST=0.0.0.0               | management.host is 0.0.0.0, but without a certificate in tls",
      "AUTHPIPE_LISTENERS_CONNECT_PORT=8400                     | the three listeners need three ports",
      "AUTHPIPE_LISTENERS_CONNECT_PUBLIC_URL=http://a.example   | must begin with https://",
      "AUTHPIPE_LISTENERS_CONNECT_PUBLIC_URL=https://a.example/ | without a path",
      "AUTHPIPE_LISTENERS_TLS_KEY_STORE=/x                      | belong together",
  })
  void whatDoesNotFitTogetherStopsTheStartWithOneSentence(@org.jspecify.annotations.Nullable String variable, String sentence) {
    Map<String, String> environment = new HashMap<>();
    if (variable != null) {
      environment.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
    }
    assertThatThrownBy(() -> deployment("mode: development\n" + STORES, environment).check()).isInstanceOf(StartupException.class)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @Tag("S90")
  @CsvSource(delimiter = '|', value = {"''|sslmode=verify-full", "?sslmode=require|sslmode=verify-full",
      "?sslmode=verify-full|client certificate",
      "?sslmode=verify-full&sslcert=a|client certificate"})
  void plaintextToPostgresqlIsRefusedOutsideDevelopment(@org.jspecify.annotations.Nullable String parameters, String sentence) {
    String yaml = KEYS + STORES.replace("/vault", "/vault" + (parameters == null ? "" : parameters));
    assertThatThrownBy(() -> deployment(yaml, Map.of()).check()).isInstanceOf(StartupException.class)
        .hasMessageContaining(sentence);
    deployment("mode: development\n" + yaml, Map.of()).check();
  }

  @Test
  void oneKekForBothStoresIsRefused() {
    assertThatThrownBy(() -> deployment("mode: development\n" + KEYS + "  client_secrets: main\n" + STORES, Map.of()).check())
        .hasMessageContaining("two KEKs");
  }

  @Test
  @Tag("S93")
  void aKekInAFileIsForDevelopmentUnlessTheOperatorSaysOtherwise() {
    String yaml = KEYS.replace("{file: b, outside_development: true}", "{file: b}")
        + STORES.replaceAll("(jdbc:\\S+)", "$1?sslmode=verify-full&sslcert=a&sslkey=b");
    assertThatThrownBy(() -> deployment(yaml, Map.of()).check()).isInstanceOf(StartupException.class)
        .hasMessageContaining("the KEK client-secrets is a file").hasMessageContaining("outside_development");
    deployment("mode: development\n" + yaml, Map.of()).check();
    deployment(yaml.replace("{file: b}", "{kind: local, file: b, outside_development: true}"), Map.of()).check();
  }

  @Test
  void eachKindOfKekIsReadFromItsOwnKeys() {
    Map<String, KekDefinition> keks = keks("""
        a: {kind: aws-kms, key: "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-0000-0000-000000000000"}
        b: {kind: aws-kms, key: alias/main, region: eu-west-1, endpoint: "https://kms.internal", credentials_file: c}
        g: {kind: gcp-kms, key: projects/p/locations/l/keyRings/r/cryptoKeys/k}
        p: {kind: pkcs11, library: /lib/p11.so, slot: 4, key: main, pin: {file: pin}}
        t: {kind: transit, address: "http://127.0.0.1:8200", key: main, token: {file: token}, namespace: team/one}
        """);
    assertThat(keks).containsEntry("a", new KekDefinition.Aws(new AwsKekSettings(
        "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-0000-0000-000000000000", "eu-central-1", null, null)))
        .containsEntry("b", new KekDefinition.Aws(
            new AwsKekSettings("alias/main", "eu-west-1", URI.create("https://kms.internal"), directory.resolve("c"))))
        .containsEntry("g", new KekDefinition.Google(new GoogleKekSettings("projects/p/locations/l/keyRings/r/cryptoKeys/k",
            GoogleKekSettings.USUAL_ENDPOINT, null)))
        .containsEntry("p", new KekDefinition.Pkcs11(new Pkcs11KekSettings(Path.of("/lib/p11.so"), 4, false, "main"),
            new SecretFile(directory.resolve("pin"))))
        .containsEntry("t", new KekDefinition.Transit(
            new TransitKekSettings(URI.create("http://127.0.0.1:8200"), "transit", "main", "team/one", null),
            new SecretFile(directory.resolve("token"))));
    assertThat(keks.values()).extracting(KekDefinition::kind).contains("aws-kms", "gcp-kms", "pkcs11", "transit");
  }

  @ParameterizedTest
  @Tag("S93")
  @CsvSource(delimiter = '|', value = {
      "{kind: hsm}                                                                | kind: must be one of aws-kms",
      "{}                                                                         | a KEK needs a kind, or a file",
      "{kind: aws-kms}                                                            | key: is missing",
      "{kind: aws-kms, key: alias/main}                                           | needs a region",
      "{kind: aws-kms, key: 'arn:aws:kms:eu-west-1:111122223333:key/a', region: eu-west-2} | is not that of the key",
      "{kind: aws-kms, key: alias/main, region: eu-west-1, endpoint: 'http://kms.internal'} | must begin with https://",
      "{kind: aws-kms, key: alias/main, region: eu-west-1, secret_access_key: hunter2} | unknown key",
      "{kind: gcp-kms, key: projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1} | without a version",
      "{kind: pkcs11, library: /l, key: k, pin: {file: p}}                        | either slot",
      "{kind: pkcs11, library: /l, slot: 1, key: k, pin: hunter2}                 | never stands in this file",
      "{kind: transit, address: 'https://v', key: k, token: hunter2}              | never stands in this file",
      "{kind: transit, address: 'https://v/v1', key: k, token: {file: t}}         | is an origin",
      "{kind: transit, address: 'https://v', mount: ../sys, key: k/../x, token: {file: t}} | key: must be",
  })
  void aKekThatCannotBeRightStopsTheStartWithOneSentence(String kek, String sentence) {
    assertThatThrownBy(() -> keks("a: " + kek + "\n")).isInstanceOf(ConfigurationException.class).hasMessageContaining(sentence)
        .hasMessageNotContaining("hunter2");
  }

  private Map<String, KekDefinition> keks(String yaml) {
    YamlSection root = root("keys:\n  keks:\n" + yaml.indent(4));
    SettingValues values = SettingValues.read(root, Map.of(), directory);
    root.finish();
    return values.get(Settings.KEKS);
  }

  @Test
  void credentialsInAJdbcUrlAreRefused() {
    assertThatThrownBy(() -> deployment(STORES.replace("/vault", "/vault?password=hunter2"), Map.of()))
        .isInstanceOf(ConfigurationException.class).hasMessageContaining("without credentials")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aSecretFileThatEverybodyMayReadIsRefusedOutsideDevelopment() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "hunter2\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    String yaml = STORES.replace("/vault\n", "/vault\n    password: {file: password}\n");
    assertThatThrownBy(() -> deployment(yaml, Map.of()).values().secret(Settings.VAULT.password))
        .hasMessageContaining("everybody may read");
    assertThat(deployment("mode: development\n" + yaml, Map.of()).values().secret(Settings.VAULT.password).orElseThrow().expose())
        .isEqualTo("hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(deployment(yaml, Map.of()).values().secret(Settings.VAULT.password)).isPresent();
  }

  @Test
  @Tag("S62")
  void aSecretThatStandsInTheEnvironmentItselfIsRefusedAndNotRepeated() throws Exception {
    for (Setting<?> setting : Settings.ALL) {
      if (setting.form().startsWith("a secret by reference")) {
        assertThatThrownBy(() -> read("", Map.of(setting.variable(), "hunter2-hunter2"))).as(setting.key())
            .isInstanceOf(ConfigurationException.class).hasMessageContaining(setting.variable())
            .hasMessageContaining("a secret itself never stands in the environment").hasMessageNotContaining("hunter2");
        Path file = Files.writeString(directory.resolve("a-secret"), "hunter2-hunter2");
        assertThat(read("", Map.of(setting.variable(), file.toString())).find(setting)).isPresent();
      }
    }
  }

  @ParameterizedTest
  @Tag("S90")
  @CsvSource(delimiter = '|', value = {
      "url: 'jdbc:postgresql://db/vault'                                         | stores.vault.url must contain sslmode=verify-full",
      "url: 'jdbc:postgresql://db/vault?sslmode=require&sslcert=c&sslkey=k'      | stores.vault.url must contain sslmode=verify-full",
      "url: 'jdbc:postgresql://db/vault?sslmode=verify-full&sslmode=disable&sslcert=c&sslkey=k' | must contain sslmode=verify-full",
      "url: 'jdbc:postgresql://db/vault?ApplicationName=sslmode=verify-full&sslcert=c&sslkey=k' | must contain sslmode=verify-full",
      "url: 'jdbc:postgresql://db/vault?sslmode=verify-full'                     | must name a client certificate",
      "url: 'jdbc:postgresql://db/vault?sslmode=verify-full&sslcert=c&sslkey=k&sslfactory=org.postgresql.ssl.NonValidatingFactory' | must not contain sslfactory",
      "url: 'jdbc:postgresql://db/vault?sslmode=verify-full&sslcert=c&sslkey=k', notification_url: 'jdbc:postgresql://direct/vault' | stores.vault.notification_url must contain sslmode=verify-full",
  })
  void outsideDevelopmentEachWayToAStoreIsVerified(String vault, String sentence) {
    String yaml = KEYS + STORES.replace("vault:\n    url: jdbc:postgresql://db/vault", "vault: {" + vault + "}");
    assertThatThrownBy(() -> deployment(yaml, Map.of()).check()).isInstanceOf(StartupException.class)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @Tag("S94")
  @CsvSource(delimiter = '|', value = {
      "api: {host: 10.0.0.5}                          | listeners: api.host is 10.0.0.5, but without a certificate in tls",
      "connect: {host: 0.0.0.0}                       | listeners: connect.host is 0.0.0.0, but without a certificate in tls",
      "management: {host: 10.0.0.5}                   | listeners: management.host is 10.0.0.5, but without a certificate in tls",
      "tls: {certificate: a}                          | certificate and private_key belong together",
      "tls: {key_store: a}                            | key_store and key_store_password belong together",
      "tls: {key_store: a, key_store_password: {file: b}, certificate: c, private_key: {file: d}} | not in both",
      "tls: {client_certificates: optional}           | tls.client_certificates needs a certificate of the listeners",
      "tls: {certificate: a, private_key: {file: b}, client_certificates: required} | needs tls.client_authorities",
      "tls: {certificate: a, private_key: {file: b}, client_authorities: c} | is of no use",
  })
  void aListenerThatWouldSpeakPlainlyStopsTheStart(String listeners, String sentence) {
    assertThatThrownBy(
        () -> deployment("mode: development\n" + KEYS + STORES + "listeners: {" + listeners + "}\n", Map.of()).check())
        .isInstanceOf(StartupException.class).hasMessageContaining(sentence);
  }

  private static final String KEYS = """
      keys:
        keks: {main: {file: a, outside_development: true}, client-secrets: {file: b, outside_development: true}}
      """;
  private static final String STORES = """
      stores:
        vault:
          url: jdbc:postgresql://db/vault
        client_secrets:
          url: jdbc:postgresql://db/secrets
      """;

  private Deployment deployment(String yaml, Map<String, String> environment) {
    try {
      return Deployment.read(Files.writeString(directory.resolve("authpipe.yaml"), yaml), environment);
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private SettingValues read(String yaml, Map<String, String> environment) {
    return SettingValues.read(root(yaml), environment, directory);
  }

  private YamlSection root(String yaml) {
    return YamlFile.parse("authpipe.yaml", directory, (yaml.isEmpty() ? "{}" : yaml).getBytes(StandardCharsets.UTF_8));
  }
}
