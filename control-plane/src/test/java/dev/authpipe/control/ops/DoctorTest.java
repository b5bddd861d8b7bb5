package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.member.totp.FactorKey;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.testkit.oidc.OidcProviderProcess;

/** What {@code control-plane doctor} says of a deployment in earnest, on a PostgreSQL with TLS, and of each thing that can be wrong with it. */
@Tag("S92")
class DoctorTest {
  private static DoctorStage stage;

  @BeforeAll
  static void start() {
    stage = DoctorStage.set();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static List<Finding> examined(Path file) {
    return Examination.of(file, Map.of(), Clock.systemUTC());
  }

  private static Finding about(List<Finding> findings, String subject) {
    return findings.stream().filter(finding -> finding.subject().equals(subject)).findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + subject + " in " + findings));
  }

  private static void expect(Path file, Finding.Grade grade, String subject, String... words) {
    Finding found = about(examined(file), subject);
    assertThat(found.grade()).as(found.toString()).isEqualTo(grade);
    assertThat(found.sentence()).contains(words);
  }

  private static void failed(String subject, String... words) {
    inStore(Finding.Grade.FAILED, subject, words);
  }

  /** Looks at the store alone, where only that is spoilt. */
  private static void inStore(Finding.Grade grade, String subject, String... words) {
    Finding found = about(new StoreExamination(settings()).findings(), subject);
    assertThat(found.grade()).as(found.toString()).isEqualTo(grade);
    assertThat(found.sentence()).contains(words);
  }

  private static ControlSettings settings() {
    return ControlSettings.read(stage.file(), Map.of());
  }

  private static Finding certificate(String subject, Duration later) {
    return about(CertificateExamination.of(settings(), Clock.offset(Clock.systemUTC(), later)), subject);
  }

  private static Finding ofFiles(String subject, Map<String, String> environment) {
    return about(FileExamination.of(SettingsFile.read(stage.file(), environment), false), subject);
  }

  @Test
  void aDeploymentInEarnestIsLookedAtFromEndToEnd() {
    List<Finding> findings = examined(stage.file());
    assertThat(findings.stream().filter(finding -> finding.grade() == Finding.Grade.OK).map(Finding::subject)).contains("files",
        "settings", "mode", "dashboard certificate", "store certificate", "store", "store tls", "store roles", "schema",
        "audit grants", "row security", "link keys", "factor key");
    assertThat(about(findings, "store tls").sentence()).contains("TLSv1.3");
    assertThat(findings.stream().filter(finding -> finding.grade() == Finding.Grade.FAILED))
        .as("the mail server of the tests speaks no TLS").singleElement()
        .satisfies(finding -> assertThat(finding.sentence()).contains("not as a mail server with STARTTLS"));
  }

  @Test
  void nothingIsWrittenByLooking() {
    String state = "select string_agg(relname || n_tup_ins || n_tup_upd || n_tup_del, ' ' order by relname) from pg_stat_user_tables";
    stage.sql("select pg_stat_force_next_flush()");
    List<String> before = stage.sql(state);
    examined(stage.file());
    assertThat(stage.sql(state)).isEqualTo(before);
  }

  @Test
  void oneLineEachWithExitCodeAndAsJson() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(run(out, "doctor", "--config", stage.file().toString())).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSizeGreaterThan(12)
        .allMatch(line -> line.matches("(ok|weak|failed) +\\S.*"));
    out.reset();
    assertThat(run(out, "doctor", "--json", "--config", stage.file().toString())).isEqualTo(1);
    JsonNode said = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(said.path("healthy").asBoolean(true)).isFalse();
    assertThat(said.path("findings").findValuesAsText("grade")).contains("ok", "failed");
    out.reset();
    RunningControlPlane plane = RunningControlPlane.shared();
    assertThat(run(out, "doctor", "--config", plane.settings().toString())).as("weak, yet nothing failed").isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("development", "letters with their codes", "is not encrypted",
        "everybody may read");
    assertThat(run(out, "doctor", "--colour")).isEqualTo(2);
  }

  private static int run(ByteArrayOutputStream out, String... args) {
    return ControlCommand.run(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, args);
  }

  @Test
  void settingsThatDoNotFitAreNamedAndNothingElseIsTried() throws IOException {
    List<Finding> findings = examined(
        stage.edited("password: {file: store.password}", "password: {file: store.password}\n  pool: 3"));
    assertThat(about(findings, "settings").sentence()).contains("store.pool is unknown");
    assertThat(findings.getLast().subject()).as("nothing else is tried").isEqualTo("settings");
    assertThat(about(examined(Path.of("/nowhere.yaml")), "settings").grade()).isEqualTo(Finding.Grade.FAILED);
  }

  @Test
  @Tag("S34")
  void rolesThatPassRowSecurityOrOwnTablesAreFound() {
    stage.during("alter role control_app bypassrls", "alter role control_app nobypassrls",
        () -> failed("store roles", "does not hold control_app", "nobypassrls"));
    stage.during("alter role control_owner bypassrls", "alter role control_owner nobypassrls",
        () -> failed("store roles", "does not hold control_owner"));
    stage.during("grant control_owner to control_app", "revoke control_owner from control_app",
        () -> failed("store roles", "owns tables"));
  }

  @Test
  void rightsOnTheAuditLogAndRowSecurityAreFound() {
    stage.during("grant update on audit_event to control_app", "revoke update on audit_event from control_app",
        () -> failed("audit grants", "audit_event: update"));
    stage.during("grant update (type) on audit_event to control_app", "revoke update (type) on audit_event from control_app",
        () -> failed("audit grants", "audit_event: update"));
    stage.during("grant delete on audit_head to control_app", "revoke delete on audit_head from control_app",
        () -> failed("audit grants", "audit_head: delete"));
    stage.during("revoke insert on audit_event from control_app", "grant insert on audit_event to control_app",
        () -> failed("audit grants", "may not add"));
    stage.during("alter table usage_hour no force row level security", "alter table usage_hour force row level security",
        () -> failed("row security", "usage_hour"));
  }

  @Test
  void aSchemaOfAnotherVersionIsFound() {
    String newest = "installed_rank = (select max(installed_rank) from flyway_schema_history)";
    stage.during("create table kept as select * from flyway_schema_history where " + newest
        + "; delete from flyway_schema_history where " + newest,
        "insert into flyway_schema_history select * from kept; drop table kept",
        () -> failed("schema", "migrations are missing: 1", "control-plane migrate"));
    stage.during("insert into flyway_schema_history select 99, '99', 'later', type, 'V99__later.sql', checksum, installed_by,"
        + " installed_on, execution_time, success from flyway_schema_history where " + newest,
        "delete from flyway_schema_history where installed_rank = 99",
        () -> inStore(Finding.Grade.WEAK, "schema", "newer than this program"));
    stage.during("revoke select on flyway_schema_history from control_app",
        "grant select on flyway_schema_history to control_app",
        () -> failed("schema", "older than this program"));
  }

  @Test
  void aStoreThatIsAwayIsOneFindingAndNoMore() throws IOException {
    List<Finding> findings = examined(stage.edited("/control?", "/nothing?"));
    assertThat(about(findings, "store").sentence()).contains("does not answer");
    assertThat(findings).noneMatch(finding -> finding.subject().equals("schema"));
  }

  @Test
  void keysThatTheStoreWasNotSealedWithAreFound() throws IOException, GeneralSecurityException {
    stage.makeCommandKey();
    expect(stage.file(), Finding.Grade.OK, "link keys", "opens the command key");
    Path other = stage.secret("other.sealing",
        Base64.getEncoder().encodeToString(new byte[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
            14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32}));
    expect(stage.edited("file: sealing.key", "file: " + other), Finding.Grade.FAILED, "link keys",
        "does not open the command key");
    Path small = stage.secret("small.sealing", Base64.getEncoder().encodeToString(new byte[16]));
    expect(stage.edited("file: sealing.key", "file: " + small), Finding.Grade.FAILED, "start", "base64 of 32 bytes");
    UUID person = UUID.randomUUID();
    byte[] sealed = new FactorKey(SecretText.of(Files.readString(stage.factorKey()))).seal(person,
        SecretText.of("JBSWY3DPEHPK3PXP"));
    stage.during(
        "insert into person (person_id, email, email_key, display_name, totp_sealed, totp_confirmed_at, created_at) values ('"
            + person + "', 'a@b', 'a@b', 'A', decode('" + HexFormat.of().formatHex(sealed) + "', 'hex'), now(), now())",
        "delete from person", () -> {
          expect(stage.file(), Finding.Grade.OK, "factor key", "opens a second factor");
          Path another = stage.secret("another.factor", FactorKey.newKeyset().expose());
          expect(stage.edited("file: factor.key", "file: " + another), Finding.Grade.FAILED, "factor key", "does not open");
        });
    Path none = stage.secret("none.factor", "{}");
    expect(stage.edited("file: factor.key", "file: " + none), Finding.Grade.FAILED, "start", "not a Tink keyset");
  }

  @Test
  void filesThatOthersMayReadOrWriteAreFound() throws IOException {
    Path key = stage.file().resolveSibling("server.p12");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(ofFiles("listeners.tls.key_store", Map.of()).sentence()).contains("everybody may read", "chmod o-rwx");
    expect(stage.file(), Finding.Grade.FAILED, "listeners.tls.key_store", "everybody may read");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(ofFiles("listeners.tls.key_store", Map.of()).grade()).isEqualTo(Finding.Grade.WEAK);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(stage.file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(ofFiles("settings file", Map.of()).sentence()).contains("everybody may write");
    Files.setPosixFilePermissions(stage.file(), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(stage.file().resolveSibling("client.pk8"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(ofFiles("store.url sslkey", Map.of()).grade()).isEqualTo(Finding.Grade.FAILED);
    Files.setPosixFilePermissions(stage.file().resolveSibling("client.pk8"), PosixFilePermissions.fromString("rw-------"));
    assertThat(ofFiles("AUTHPIPE_CONTROL_LINK_SEALING_KEY_FILE", Map.of("AUTHPIPE_CONTROL_LINK_SEALING_KEY_FILE", "nothing.key"))
        .sentence()).contains("is not there");
    assertThat(ofFiles("files", Map.of()).grade()).isEqualTo(Finding.Grade.OK);
  }

  @Test
  @Tag("S94")
  void certificatesThatEndAreFoundInTime() {
    assertThat(certificate("dashboard certificate", Duration.ofDays(8)).grade()).isEqualTo(Finding.Grade.OK);
    assertThat(certificate("dashboard certificate", Duration.ofDays(12)).grade()).isEqualTo(Finding.Grade.WEAK);
    assertThat(certificate("dashboard certificate", Duration.ofDays(31)).grade()).isEqualTo(Finding.Grade.FAILED);
    assertThat(certificate("dashboard certificate", Duration.ofDays(31)).sentence()).contains("it ended on");
    assertThat(certificate("store certificate", Duration.ofDays(31)).grade()).isEqualTo(Finding.Grade.FAILED);
    assertThat(certificate("store certificate", Duration.ofDays(-1)).sentence()).contains("it begins on");
    ControlSettings elsewhere = ControlSettings
        .read(stage.edited("public_url: \"https://localhost\"", "public_url: \"https://control.acme.example\""), Map.of());
    assertThat(about(CertificateExamination.of(elsewhere, Clock.systemUTC()), "dashboard host").sentence())
        .contains("not for control.acme.example");
  }

  @Test
  void mailAndSingleSignOnAreReachedOrNot() throws IOException {
    expect(stage.edited("port: " + stage.mailPort(), "port: 9"), Finding.Grade.FAILED, "mail", "cannot be reached");
    Path development = stage.development("");
    expect(development, Finding.Grade.OK, "mail", "takes our connection");
    try (OidcProviderProcess provider = OidcProviderProcess.start("http://127.0.0.1/callback")) {
      String section = "sign_in: {private_hosts: [127.0.0.1], oidc: {issuer: \"%s\", client_id: authpipe}}";
      expect(stage.development(section.formatted(provider.issuer())), Finding.Grade.OK, "single sign-on",
          "/api/v1/sign-in/oidc/callback");
      expect(stage.development(section.formatted(provider.issuer() + "/other")), Finding.Grade.FAILED, "single sign-on",
          "does not describe itself");
      expect(stage.development("sign_in: {oidc: {issuer: \"" + provider.issuer() + "\", client_id: authpipe}}"),
          Finding.Grade.FAILED,
          "single sign-on", "sign_in.private_hosts");
    }
  }

  @Test
  @Tag("S64")
  void noSecretIsSaid() throws IOException {
    String said = examined(stage.file()).toString();
    for (String secret : List.of(stage.password(), Files.readString(stage.factorKey()), DoctorStage.keyStorePassword(),
        Files.readString(stage.file().resolveSibling("sealing.key")))) {
      assertThat(said).doesNotContain(secret);
    }
  }
}
