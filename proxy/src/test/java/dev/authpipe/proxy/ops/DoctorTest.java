package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.Finding.Grade;
import dev.authpipe.proxy.ops.LaunchExamination.Machine;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.kms.KmsKey;

/** {@code doctor} names each thing that can be wrong with a deployment in earnest, by its code, and says what mends it. */
@Tag("S92")
class DoctorTest {
  private static final Clock NOW = Clock.systemUTC();
  private static final Machine LAUNCHED = new Machine(false, false, Optional.of("0"), List.of());
  /** Those that cannot be wrong, and those that another test spoils where a whole proxy is needed, by its name. */
  private static final Map<Check, String> ELSEWHERE = Map.of(Check.STALE_LIMIT, "says how long, and nothing more",
      Check.APPROVALS,
      "LinkFlowTest", Check.REPORTS, "LinkFlowTest");

  private static DoctorStage stage;
  private static List<Finding> inside = List.of();

  /**
   * Something that is spoilt.
   *
   * @param check  what must name it
   * @param grade  how bad it must be
   * @param words  part of the sentence
   * @param fix    part of what is to be done
   * @param inject spoils it, looks at the area, and mends it
   */
  record Spoilt(Check check, Grade grade, String words, String fix, Function<DoctorStage, List<Finding>> inject) {
    @Override
    public String toString() {
      return check.code() + ": " + words;
    }
  }

  @BeforeAll
  static void start() {
    stage = DoctorStage.set();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  static Stream<Spoilt> misconfigurations() {
    return Stream.of(settings(), files(), listeners(), stores(), keys(), around(), inside()).flatMap(Function.identity());
  }

  private static Stream<Spoilt> settings() {
    return Stream.of(
        failed(Check.SETTINGS, "unknown key", "correct the setting",
            s -> whole(s.edited("deployment:", "deploymnt: x\ndeployment:"))),
        failed(Check.SETTINGS, "cannot be read", "correct the setting", s -> whole(s.path("none.yaml"))),
        weak(Check.MODE, "development: PostgreSQL without TLS", "leave out mode", s -> whole(s.edited("deployment:",
            "mode: development\ndeployment:"))),
        failed(Check.WORKSPACES, "provider", "correct the line", s -> whole(s.edited("slug: google", "slug: gogle"))));
  }

  private static Stream<Spoilt> files() {
    return Stream.of(
        failed(Check.SETTINGS_FILE, "everybody may write", "chmod go-w",
            s -> s.with("authpipe.yaml", "rw-rw-rw-", _ -> FileExamination.of(s.deployment(), Map.of()))),
        failed(Check.SECRET_FILES, "stores.vault.password: everybody may read", "chmod o-rwx",
            s -> s.with("vault_app.password", "rw-r--r--", _ -> FileExamination.of(s.deployment(), Map.of()))),
        failed(Check.SECRET_FILES, "stores.vault.url sslkey: everybody may read", "chmod o-rwx",
            s -> s.with("vault_app.pk8", "rw-r--r--", _ -> FileExamination.of(s.deployment(), Map.of()))),
        failed(Check.SECRET_FILES, "listeners.tls.private_key: everybody may read", "chmod o-rwx",
            s -> s.with("listener/private-key.pem", "rw-r--r--", _ -> FileExamination.of(s.deployment(), Map.of()))),
        failed(Check.SECRET_FILES, "keys.keks.main.credentials_file: everybody may read", "chmod o-rwx",
            s -> s.with("aws", "rw-r--r--", _ -> FileExamination.of(s.deployment(), Map.of()))),
        weak(Check.SECRET_FILES, "its group may write", "g-w",
            s -> s.with("vault_app.password", "rw-rw----", _ -> FileExamination.of(s.deployment(), Map.of()))),
        failed(Check.SECRET_FILES, "cannot be read", "correct the setting",
            s -> FileExamination.of(read(s.edited("{file: vault_app.password}", "{file: gone}")), Map.of())),
        failed(Check.DATA_DIRECTORY, "everybody may write", "chmod go-w",
            s -> s.with("data", "rwxrwxrwx", _ -> FileExamination.of(s.deployment(), Map.of()))),
        weak(Check.ENVIRONMENT, "secrets stand in PGPASSWORD, VAULT_TOKEN", "mount it as a file",
            s -> FileExamination.of(s.deployment(), Map.of("PGPASSWORD", "x", "VAULT_TOKEN", "y"))));
  }

  private static Stream<Spoilt> listeners() {
    return Stream.of(
        failed(Check.LISTENERS, "another program listens there", "choose another one", DoctorTest::occupied),
        weak(Check.LISTENERS, "reachable wherever this host is", "an address inside",
            s -> ListenerExamination.of(read(s.edited("api: {port", "api: {host: 0.0.0.0, port")), NOW)),
        failed(Check.LISTENER_CERTIFICATE, "ended on", "put a new certificate",
            s -> ListenerExamination.of(s.deployment(), later(Duration.ofDays(31)))),
        weak(Check.LISTENER_CERTIFICATE, "ends on", "put a new certificate",
            s -> ListenerExamination.of(s.deployment(), later(Duration.ofDays(12)))),
        failed(Check.LISTENER_CERTIFICATE, "begins on", "look at the clock",
            s -> ListenerExamination.of(s.deployment(), later(Duration.ofDays(-1)))),
        weak(Check.LISTENER_CERTIFICATE, "not for connect.acme.example", "put a new certificate", s -> ListenerExamination
            .of(read(s.edited("https://localhost\"", "https://connect.acme.example\"")), NOW)),
        failed(Check.LISTENER_CERTIFICATE, "is not that of the key", "put a new certificate",
            s -> ListenerExamination.of(read(s.edited("listener/certificate.pem", "server/certificate.pem")), NOW)));
  }

  private static Stream<Spoilt> stores() {
    return Stream.of(
        failed(Check.STORE, "vault: the store behind stores.vault.url does not answer", "pg_hba.conf",
            s -> StoreExamination.of(read(s.edited("/vault?", "/nothing?")).values(), NOW)),
        failed(Check.STORE, "refuses client_secrets_app", "its password",
            s -> StoreExamination.of(read(s.edited("file: client_secrets_app.password", "file: github")).values(), NOW)),
        failed(Check.STORE_VERSION, "PostgreSQL 15.4 is too old", "upgrade",
            _ -> List.of(StoreExamination.version("", 150_004, "15.4"))),
        failed(Check.STORE_SCHEMA, "vault: it is not that of this version", "authpipe migrate",
            s -> s.during(Store.VAULT, "alter table api_key rename column certificates to others",
                "alter table api_key rename column others to certificates", () -> stores(s))),
        failed(Check.STORE_SCHEMA, "vault: it is not that of this version", "authpipe migrate",
            s -> s.during(Store.VAULT, "alter function announce_pending(boolean, integer) rename to announce_others",
                "alter function announce_others(boolean, integer) rename to announce_pending", () -> stores(s))),
        failed(Check.STORE_TLS, "must contain sslmode=verify-full", "put sslmode=verify-full",
            s -> StoreExamination.of(read(s.edited("/vault?sslmode=verify-full", "/vault?sslmode=require")).values(), NOW)),
        failed(Check.STORE_TLS, "must not contain sslhostnameverifier", "put sslmode=verify-full", s -> StoreExamination.of(read(
            s.edited("/vault?", "/vault?sslhostnameverifier=org.postgresql.ssl.PGjdbcHostnameVerifier&")).values(), NOW)),
        failed(Check.STORE_CERTIFICATE, "ended on", "new connections have it",
            s -> StoreExamination.of(s.values(), later(Duration.ofDays(31)))),
        weak(Check.STORE_CERTIFICATE, "ends on", "new connections have it",
            s -> StoreExamination.of(s.values(), later(Duration.ofDays(12)))),
        failed(Check.STORE_ROLES, "does not hold vault_app", "nobypassrls", s -> s.during(Store.VAULT,
            "alter role vault_app bypassrls", "alter role vault_app nobypassrls", () -> stores(s))),
        failed(Check.STORE_ROLES, "does not hold client_secrets_owner", "nobypassrls", s -> s.during(Store.VAULT,
            "alter role client_secrets_owner bypassrls", "alter role client_secrets_owner nobypassrls", () -> stores(s))),
        failed(Check.STORE_ROLES, "vault_app owns tables", "out of the owner role", s -> s.during(Store.VAULT,
            "grant vault_owner to vault_app", "revoke vault_owner from vault_app", () -> stores(s))),
        failed(Check.STORE_ROW_SECURITY, "vault: it is off, or not forced, for credential", "force row level security",
            s -> s.during(Store.VAULT, "alter table credential no force row level security",
                "alter table credential force row level security", () -> stores(s))),
        failed(Check.STORE_ROW_SECURITY, "client_secrets: it is off, or not forced, for client_secret",
            "force row level security",
            s -> s.during(Store.CLIENT_SECRETS, "alter table client_secret disable row level security",
                "alter table client_secret enable row level security", () -> stores(s))),
        failed(Check.STORE_AUDIT, "vault_app may update what is recorded", "revoke update", s -> s.during(Store.VAULT,
            "grant update on audit_event to vault_app", "revoke update on audit_event from vault_app", () -> stores(s))),
        failed(Check.STORE_AUDIT, "client_secrets_app may not add", "grant select, insert", s -> s.during(Store.CLIENT_SECRETS,
            "revoke insert on audit_event from client_secrets_app", "grant insert on audit_event to client_secrets_app",
            () -> stores(s))),
        weak(Check.STORE_APART, "vault_app may connect to the database client_secrets", "revoke connect",
            s -> s.during(Store.VAULT,
                "grant connect on database client_secrets to vault_app",
                "revoke connect on database client_secrets from vault_app",
                () -> stores(s))),
        failed(Check.STORE_NOTIFICATIONS, "nobody answers vault_app at stores.vault.notification_url", "set notification_url",
            s -> NotificationExamination.of(read(s.edited("vault: {url",
                "vault: {notification_url: \"" + s.postgres.url(Store.VAULT)
                    .replace("/vault?", "/nothing?") + "\", url"))
                .values())),
        weak(Check.STANDBY, "names no synchronous standby", "synchronous_standby_names", DoctorTest::stores),
        failed(Check.CLOCK, "ahead of that of stores.vault.url", "NTP",
            s -> ClockExamination.of(s.values(), later(Duration.ofMinutes(2)))),
        weak(Check.CLOCK, "behind that of", "NTP", s -> ClockExamination.of(s.values(), later(Duration.ofSeconds(-9)))));
  }

  private static Stream<Spoilt> keys() {
    return Stream.of(
        failed(Check.KEK, "the KEK main refuses: access is denied", "docs/keks.md", s -> refusing(s, KmsKey.Behaviour.DENIED)),
        failed(Check.KEK, "the KEK main refuses: the key is disabled", "docs/keks.md",
            s -> refusing(s, KmsKey.Behaviour.DISABLED)),
        failed(Check.KEK, "there is no such key", "docs/keks.md",
            s -> KeyExamination.of(read(s.edited("key: alias/main", "key: alias/nothing")).values())),
        weak(Check.KEK, "the KEK other refuses", "docs/keks.md",
            s -> KeyExamination.of(read(s.edited("key: alias/other", "key: alias/nothing")).values())),
        weak(Check.KEK_RIGHTS, "the proxy may also kms:CreateGrant, kms:GetKeyPolicy", "narrow the policy", DoctorTest::mighty),
        weak(Check.KEK_FILE, "these KEKs are files: spare", "give it a kind", s -> KeyExamination.of(
            read(s.edited("    other: {", "    spare: {file: spare.kek, outside_development: true}\n    other: {")).values())));
  }

  private static Stream<Spoilt> around() {
    return Stream.of(
        weak(Check.LAUNCH_HEAP_DUMPS, "a heap dump is written", "-XX:-HeapDumpOnOutOfMemoryError",
            _ -> LaunchExamination.of(new Machine(true, false, Optional.of("0"), List.of()))),
        weak(Check.LAUNCH_ATTACH, "whoever attaches", "-XX:+DisableAttachMechanism",
            _ -> LaunchExamination.of(new Machine(false, true, Optional.of("0"), List.of()))),
        weak(Check.LAUNCH_CORE_FILES, "limit unlimited", "ulimit -c 0",
            _ -> LaunchExamination.of(new Machine(false, false, Optional.of("unlimited"), List.of()))),
        weak(Check.LAUNCH_AGENTS, "-agentlib, -Dcom.sun.management.jmxremote", "AUTHPIPE_JAVA_OPTIONS",
            _ -> LaunchExamination.of(new Machine(false, false, Optional.of("0"),
                List.of("-agentlib:jdwp=transport=dt_socket", "-Dcom.sun.management.jmxremote", "-Xmx1g")))),
        weak(Check.JOURNAL, "none (refresh.journal_directory)", "a directory of this replica's own",
            s -> JournalExamination.of(read(s.edited("refresh: {journal_directory: journal}", "")).values())),
        weak(Check.JOURNAL, "can be read by others", "chmod 700",
            s -> s.with("journal", "rwxr-xr-x", _ -> JournalExamination.of(s.values()))),
        weak(Check.WITNESS, "no witness outside the database", "audit.checkpoint_directory",
            s -> WitnessExamination.of(read(s.edited("audit: {checkpoint_directory: checkpoints}", "")), NOW)),
        failed(Check.WITNESS, "not a directory that can be written", "make it",
            s -> WitnessExamination.of(read(s.edited("checkpoint_directory: checkpoints", "checkpoint_directory: nowhere")),
                NOW)),
        weak(Check.BACKUP_AGE, "the proxy makes no backups", "backup.directory", s -> BackupExamination.of(s.values(), NOW)),
        failed(Check.BACKUP_AGE, "is no directory that can be written", "make it", s -> BackupExamination.of(
            read(s.edited("deployment:", "backup: {directory: nowhere}\ndeployment:")).values(), NOW)),
        weak(Check.BACKUP_AGE, "a database has no backup", "authpipe jobs run backup", s -> BackupExamination.of(
            read(s.edited("deployment:", "backup: {directory: checkpoints}\ndeployment:")).values(), NOW)),
        weak(Check.TRUST, "the promise S70 is void", "control_plane.trust",
            s -> LinkExamination.of(read(s.edited("deployment:",
                "control_plane: {url: \"https://control.example\", regions: [eu], trust: everything}\ndeployment:")))),
        weak(Check.ENROLMENT, "not enrolled", "authpipe enrol", s -> LinkExamination.of(
            read(s.edited("deployment:", "control_plane: {url: \"https://control.example\", regions: [eu]}\ndeployment:")))));
  }

  private static Stream<Spoilt> inside() {
    return Stream.of(
        weak(Check.KEK_CHOICE, "acme is under the KEK main, and the settings say other", "authpipe kek change",
            s -> InsideExamination.of(read(s.edited("- name: acme", "- name: acme\n    kek: other")))),
        failed(Check.KEYSETS, "keysets of the workspace acme are bound to no KEK", "After an upgrade", s -> s.during(Store.VAULT,
            "alter table workspace_keyset add column kept bytea; update workspace_keyset set kept = mac, mac = null",
            "update workspace_keyset set mac = kept; alter table workspace_keyset drop column kept",
            () -> InsideExamination.of(read(s.edited("keys:\n", "keys:\n  bind_older_keysets: false\n"))))),
        weak(Check.KEYSET_ROTATION, "vault: a rotation of keysets has not ended for 72 hours", "authpipe dek status",
            s -> s.during(
                Store.VAULT,
                "insert into workspace_keyset (workspace_id, keyset_version, kek_name, wrapped, state, created_at) select workspace_id, 99, kek_name, wrapped, 'opens_only', now() - interval '72 hours' from workspace_keyset where state = 'active'",
                "delete from workspace_keyset where keyset_version = 99", () -> within(s))),
        weak(Check.PROVIDER_TLS, "slack may be spoken to with TLS 1.2", "out of its file", DoctorTest::within),
        weak(Check.CLIENT_SECRET, "acme/google has none", "authpipe secret set google", DoctorTest::within),
        weak(Check.CLIENT_KEY, "acme/signed has none", "authpipe secret key make signed", DoctorTest::within),
        weak(Check.ROTATION, "client secret of acme/slack", "replace it", DoctorTest::within),
        weak(Check.WEBHOOKS, "acme: ", "authpipe webhook", DoctorTest::within));
  }

  @ParameterizedTest
  @MethodSource("misconfigurations")
  void eachIsNamedWithItsCodeAndWhatMendsIt(Spoilt spoilt) {
    assertThat(spoilt.inject().apply(stage)).anySatisfy(finding -> {
      assertThat(finding.check()).isEqualTo(spoilt.check());
      assertThat(finding.grade()).isEqualTo(spoilt.grade());
      assertThat(finding.sentence()).contains(spoilt.words());
      assertThat(finding.fix()).contains(spoilt.fix());
    });
  }

  @Test
  void nothingThatCanBeWrongIsLeftOut() {
    Set<Check> covered = misconfigurations().map(Spoilt::check).collect(Collectors.toCollection(TreeSet::new));
    covered.addAll(ELSEWHERE.keySet());
    assertThat(covered).containsExactlyElementsOf(Arrays.asList(Check.values()));
  }

  @Test
  void ofADeploymentInEarnestNothingFailsAndNothingIsWrittenByLooking() {
    String state = "select string_agg(relname || n_tup_ins || n_tup_upd || n_tup_del, ' ' order by relname) from pg_stat_user_tables";
    stage.postgres.sql(Store.VAULT, "select pg_stat_force_next_flush()");
    List<String> before = stage.postgres.sql(Store.VAULT, state);
    List<Finding> findings = Examination.of(stage.file(), Map.of(), NOW);
    assertThat(stage.postgres.sql(Store.VAULT, state)).isEqualTo(before);
    assertThat(findings).filteredOn(one -> one.grade() == Grade.FAILED).isEmpty();
    assertThat(findings).filteredOn(one -> one.grade() == Grade.OK).extracting(Finding::check).contains(Check.SETTINGS,
        Check.MODE,
        Check.WORKSPACES, Check.SETTINGS_FILE, Check.SECRET_FILES, Check.DATA_DIRECTORY, Check.ENVIRONMENT, Check.LISTENERS,
        Check.LISTENER_CERTIFICATE, Check.STORE, Check.STORE_VERSION, Check.STORE_SCHEMA, Check.STORE_TLS,
        Check.STORE_CERTIFICATE,
        Check.STORE_ROLES, Check.STORE_ROW_SECURITY, Check.STORE_AUDIT, Check.STORE_APART, Check.KEK, Check.KEK_RIGHTS,
        Check.KEK_FILE, Check.CLOCK, Check.WITNESS, Check.TRUST);
    assertThat(LaunchExamination.of(LAUNCHED)).allMatch(one -> one.grade() == Grade.OK);
    String said = findings.toString();
    for (String secret : List.of("vault_app.password", "client_secrets_app.password", "github")) {
      assertThat(said).doesNotContain(content(stage.path(secret)));
    }
  }

  @Test
  void itReadsWellAndIsTheSameInJson() throws IOException {
    List<Finding> findings = List.of(Finding.weak(Check.STANDBY, "b"), Finding.ok(Check.SETTINGS, "a"),
        Finding.failed(Check.STORE, "c", "d"));
    assertThat(new DoctorReport(findings, false).lines()).containsExactly(
        "Settings", "  ok      settings               a",
        "PostgreSQL", "  failed  store                  c", "                                 -> d",
        "  weak    standby                b", "                                 -> " + Check.STANDBY.fix(),
        "1 failed, 1 weak, 1 ok");
    assertThat(new DoctorReport(findings, true).lines().get(1))
        .isEqualTo("  \u001b[32mok    \u001b[0m  settings               a");
    JsonNode json = new ObjectMapper().readTree(stage.command("", "doctor", "--json"));
    assertThat(json.path("healthy").asBoolean()).isTrue();
    assertThat(json.path("findings").findValuesAsText("code")).contains("store_tls", "kek_rights", "clock");
    assertThat(json.path("findings")).allSatisfy(one -> assertThat(one.path("fix").isTextual()).as(one.toString())
        .isEqualTo(!one.path("grade").asText().equals("ok")));
    assertThat(stage.command("", "doctor").lines()).as("no colour where no terminal reads")
        .noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void aProxyThatRunsIsNoticedByItsManagementListenerWithAndWithoutTls() {
    for (String host : List.of("127.0.0.1", "0.0.0.0")) {
      Path settings = stage.edited("management: {port", "management: {host: " + host + ", port");
      assertThat(listenersOf(settings)).contains("are free");
      try (ProxyServer running = ProxyServer.start(settings, ProxyOptions.NONE)) {
        assertThat(running.management().getScheme()).isEqualTo(host.equals("0.0.0.0") ? "https" : "http");
        assertThat(listenersOf(settings)).contains("a proxy is running there");
      }
    }
  }

  private static String listenersOf(Path settings) {
    return ListenerExamination.of(read(settings), NOW).stream().filter(one -> one.check() == Check.LISTENERS).findFirst()
        .orElseThrow().toString();
  }

  private static List<Finding> occupied(DoctorStage s) {
    int port = FreePorts.next();
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      String text = content(s.file());
      String api = text.substring(text.indexOf("api: {port: "), text.indexOf("}", text.indexOf("api: {port: ")));
      return ListenerExamination.of(read(s.edited(api, "api: {port: " + port)), NOW);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<Finding> refusing(DoctorStage s, KmsKey.Behaviour state) {
    s.main.behave(state);
    try {
      return KeyExamination.of(s.values());
    } finally {
      s.main.behave(KmsKey.Behaviour.WORKS);
    }
  }

  private static List<Finding> mighty(DoctorStage s) {
    s.kms.allowAdministration("CreateGrant", true);
    s.kms.allowAdministration("GetKeyPolicy", true);
    try {
      return KeyExamination.of(s.values());
    } finally {
      s.kms.allowAdministration("CreateGrant", false);
      s.kms.allowAdministration("GetKeyPolicy", false);
    }
  }

  private static List<Finding> stores(DoctorStage s) {
    return StoreExamination.of(s.values(), NOW);
  }

  /** Of the stage as it is: what is weak about it inside is not mended. */
  private static List<Finding> within(DoctorStage s) {
    List<Finding> known = inside.isEmpty() ? InsideExamination.of(s.deployment()) : inside;
    inside = known;
    return known;
  }

  private static List<Finding> whole(Path file) {
    return Examination.of(file, Map.of(), NOW);
  }

  private static Deployment read(Path file) {
    return Deployment.read(file, Map.of());
  }

  private static Clock later(Duration time) {
    return Clock.offset(NOW, time);
  }

  private static String content(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Spoilt failed(Check check, String words, String fix, Function<DoctorStage, List<Finding>> inject) {
    return new Spoilt(check, Grade.FAILED, words, fix, inject);
  }

  private static Spoilt weak(Check check, String words, String fix, Function<DoctorStage, List<Finding>> inject) {
    return new Spoilt(check, Grade.WEAK, words, fix, inject);
  }
}
