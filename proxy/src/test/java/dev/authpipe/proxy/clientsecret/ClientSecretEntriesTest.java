package dev.authpipe.proxy.clientsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.clientsecret.ClientSecretEntries.Made;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting.Place;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** One-time links to enter a client secret: good once, for a while, for one integration and one origin, and for nobody who only has the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientSecretEntriesTest {
  private static final Duration HALF_AN_HOUR = ClientSecretEntries.USUAL_LIFETIME;

  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private ClientSecretEntries entries;
  private ClientSecretSetting setting;
  private Place place;

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
    rig.deploymentKeys.load();
    AuditLog audit = new AuditLog(rig.database, rig.clientSecretsDatabase, rig.randomness);
    setting = new ClientSecretSetting(rig.clientSecrets, audit);
    entries = new ClientSecretEntries(rig.clientSecretsDatabase, setting, rig.deploymentKeys, audit, rig.randomness,
        rig.keyClock);
  }

  @BeforeEach
  void integration() {
    place = new Place(new WorkspaceId(rig.randomness.uuidV7()), new IntegrationId(rig.randomness.uuidV7()), VaultRig.ORIGIN,
        List.of());
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  @Test
  void aLinkTakesASecretOnce() {
    Made made = make();
    assertThat(find(made)).contains(made.entry());
    assertThat(enter(made, "first-canary").orElseThrow().version()).isEqualTo(1);
    assertThat(opened()).isEqualTo("first-canary");
    assertThat(find(made)).isEmpty();
    assertThat(enter(made, "second-canary")).isEmpty();
    assertThat(opened()).isEqualTo("first-canary");
    assertThat(entries.open(place.workspace(), place.integration())).isEmpty();
  }

  @Test
  @Tag("S70")
  void ofManyWhoUseItAtATimeOneDoes() throws Exception {
    Made made = make();
    int stored = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<ClientSecretView>>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String secret = "canary-" + i;
        all.add(threads.submit(() -> enter(made, secret)));
      }
      for (Future<Optional<ClientSecretView>> one : all) {
        stored += one.get().isPresent() ? 1 : 0;
      }
    }
    assertThat(stored).isEqualTo(1);
    assertThat(rig.clientSecrets.view(place.workspace(), place.integration()).orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void itRunsOutAndIsForgottenADayLater() {
    Made made = make();
    rig.keyClock.advance(HALF_AN_HOUR.minusMillis(1));
    assertThat(find(made)).isPresent();
    rig.keyClock.advance(Duration.ofMillis(1));
    assertThat(find(made)).isEmpty();
    assertThat(enter(made, "late-canary")).isEmpty();
    assertThat(rig.clientSecrets.view(place.workspace(), place.integration())).isEmpty();
    assertThat(entries.purge(place.workspace())).isZero();
    rig.keyClock.advance(Duration.ofDays(1).plusSeconds(1));
    assertThat(entries.purge(place.workspace())).isEqualTo(1);
  }

  @Test
  void itIsWithdrawn() {
    Made made = make();
    assertThat(withdraw(made)).isTrue();
    assertThat(withdraw(made)).isFalse();
    assertThat(find(made)).isEmpty();
    assertThat(enter(made, "late-canary")).isEmpty();
  }

  @Test
  @Tag("S11")
  void ofManyThatAreMadeAtATimeFiveAre() throws Exception {
    int granted = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<Made>>> all = new ArrayList<>();
      for (int i = 0; i < 2 * ClientSecretEntries.MOST_OPEN; i++) {
        all.add(threads.submit(() -> made(HALF_AN_HOUR)));
      }
      for (Future<Optional<Made>> one : all) {
        granted += one.get().isPresent() ? 1 : 0;
      }
    }
    assertThat(granted).isEqualTo(ClientSecretEntries.MOST_OPEN);
    assertThat(entries.open(place.workspace(), place.integration())).hasSize(ClientSecretEntries.MOST_OPEN);
  }

  @Test
  void anIntegrationHasFiveAtATimeAndNoneLivesForLong() {
    for (int i = 0; i < ClientSecretEntries.MOST_OPEN; i++) {
      make();
    }
    assertThat(made(HALF_AN_HOUR)).isEmpty();
    rig.keyClock.advance(HALF_AN_HOUR);
    assertThat(made(HALF_AN_HOUR)).isPresent();
    assertThatThrownBy(() -> made(Duration.ofHours(24).plusSeconds(1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> made(Duration.ofSeconds(59))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("S11")
  void itIsForOneOriginOfTheTokenEndpointAndOneIntegration() {
    Made made = make();
    Place moved = new Place(place.workspace(), place.integration(), "https://evil.example.net", List.of());
    try (SecretText secret = SecretText.of("moved-canary")) {
      assertThatThrownBy(() -> entries.enter(moved, made.link(), secret, null, null))
          .isInstanceOf(TokenOriginChangedException.class);
    }
    assertThat(rig.clientSecrets.view(place.workspace(), place.integration())).isEmpty();
    EntryLink foreign = EntryLink
        .parse(SecretText
            .of(new IntegrationId(rig.randomness.uuidV7()) + made.link().text().expose().substring(30)))
        .orElseThrow();
    assertThat(entries.find(place.workspace(), foreign)).isEmpty();
    assertThat(find(made)).as("it is good still").isPresent();
  }

  @ParameterizedTest
  @Tag("S2")
  @ValueSource(strings = {"token_origin = 'https://evil.example.net'", "previous_valid_seconds = 1",
      "expires_at = expires_at + interval '1 hour'", "entry_id = gen_random_uuid()", "integration_id = gen_random_uuid()"})
  void whoeverCanWriteTheStoreCannotChangeWhatALinkGrants(String change) {
    Made made = make();
    int changed = rig.sql(Store.CLIENT_SECRETS, "update client_secret_entry set " + change + " where integration_id = ?",
        place.integration().value());
    assertThat(changed).isEqualTo(1);
    assertThat(find(made)).isEmpty();
  }

  @Test
  @Tag("S1")
  void nothingOfTheLinkStandsInTheStore() {
    Made made = make();
    byte[] rows = rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(string_agg(e::text, ''), 'UTF8') from client_secret_entry e");
    assertThat(new String(rows, StandardCharsets.UTF_8)).contains(made.entry().id().value().toString())
        .doesNotContain(made.link().sessionToken().expose())
        .doesNotContain(HexFormat.of().formatHex(made.link().sessionToken().exposeUtf8()))
        .doesNotContain(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(made.link().sessionToken().exposeUtf8())));
    assertThat(made.toString()).doesNotContain(made.link().sessionToken().expose());
  }

  @Test
  void theSecretBeforeIsKeptForAsLongAsTheLinkSays() {
    set("first-canary", Replacement.AT_ONCE);
    Made made = entries.make(place, HALF_AN_HOUR, Duration.ofHours(2), AuditActor.operator(), "command", null).orElseThrow();
    Instant end = rig.keyClock.instant().plus(Duration.ofHours(2));
    assertThat(previous(enter(made, "second-canary").orElseThrow()).validUntil()).isEqualTo(end);
    assertThat(events()).isEqualTo("client_secret.set client_secret.entry_created client_secret.rotated");
  }

  @Test
  void theSameSecretAgainOnlyMovesTheEndOfTheOneBefore() {
    set("first-canary", Replacement.AT_ONCE);
    set("second-canary", new Replacement(null, Duration.ofHours(1)));
    ClientSecretView again = set("second-canary", new Replacement(null, Duration.ofHours(5)));
    assertThat(previous(again).version()).isEqualTo(1);
    assertThat(previous(again).validUntil()).isEqualTo(rig.keyClock.instant().plus(Duration.ofHours(5)));
    assertThat(set("second-canary", Replacement.AT_ONCE).previous()).isNull();
    assertThat(events())
        .isEqualTo("client_secret.set client_secret.rotated client_secret.rotated client_secret.rotated"
            + " client_secret.previous_ended");
  }

  @Test
  void aThirdOneEndsTheFirstAndWithoutOverlapNothingIsKept() {
    set("first-canary", Replacement.AT_ONCE);
    set("second-canary", new Replacement(null, Duration.ofHours(1)));
    assertThat(previous(set("third-canary", new Replacement(null, Duration.ofHours(1)))).version()).isEqualTo(2);
    assertThat(set("fourth-canary", Replacement.AT_ONCE).previous()).isNull();
    assertThat(rig.bytes(Store.CLIENT_SECRETS, "select sealed from client_secret_previous where integration_id = ?",
        place.integration().value())).as("its ciphertext is gone").isEmpty();
  }

  @Test
  @Tag("S11")
  void whatWasSetForAnotherOriginIsNotKept() {
    set("first-canary", Replacement.AT_ONCE);
    place = new Place(place.workspace(), place.integration(), "https://moved.example.com", List.of());
    assertThat(set("second-canary", new Replacement(null, Duration.ofHours(1))).previous()).isNull();
  }

  @Test
  void aFileThatDidNotChangeLeavesWhatWasSetByOtherWays() {
    assertThat(file("file-canary")).isEqualTo(SealOutcome.SEALED);
    set("page-canary", Replacement.AT_ONCE);
    assertThat(file("file-canary")).isEqualTo(SealOutcome.UNCHANGED);
    assertThat(opened()).isEqualTo("page-canary");
    assertThat(file("next-canary")).isEqualTo(SealOutcome.SEALED);
    assertThat(opened()).isEqualTo("next-canary");
    assertThat(previous(rig.clientSecrets.view(place.workspace(), place.integration()).orElseThrow()).version()).isEqualTo(2);
  }

  private static ClientSecretView.Previous previous(ClientSecretView view) {
    return Objects.requireNonNull(view.previous());
  }

  private SealOutcome file(String content) {
    try (SecretText secret = SecretText.of(content)) {
      return setting.sealIfChanged(place, secret, Duration.ofHours(1), AuditActor.system("config"));
    }
  }

  private ClientSecretView set(String secret, Replacement how) {
    try (SecretText text = SecretText.of(secret)) {
      return setting.set(place, text, how, AuditActor.operator(), "command", null);
    }
  }

  private Made make() {
    return made(HALF_AN_HOUR).orElseThrow();
  }

  private Optional<Made> made(Duration lifetime) {
    return entries.make(place, lifetime, Duration.ZERO, AuditActor.operator(), "command", null);
  }

  private Optional<ClientSecretEntry> find(Made made) {
    EntryLink link = EntryLink.parse(made.link().text()).orElseThrow();
    return entries.find(place.workspace(), link);
  }

  private Optional<ClientSecretView> enter(Made made, String secret) {
    try (SecretText text = SecretText.of(secret)) {
      return entries.enter(place, made.link(), text, null, null);
    }
  }

  private boolean withdraw(Made made) {
    return entries.withdraw(place.workspace(), place.integration(), made.entry().id(), AuditActor.operator(), "command", null);
  }

  private String opened() {
    try (SecretText secret = rig.clientSecrets.open(place.workspace(), place.integration(), place.origin()).orElseThrow()) {
      return secret.expose();
    }
  }

  private String events() {
    return new String(rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(string_agg(type, ' ' order by seq), 'UTF8') from audit_event where workspace_id = ?"
            + " and type like 'client_secret.%'",
        place.workspace().value()), StandardCharsets.UTF_8);
  }
}
