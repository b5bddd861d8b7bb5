package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.WebhookVerifier;
import dev.authpipe.sdk.audit.AuditEvent;
import dev.authpipe.sdk.audit.AuditExport;
import dev.authpipe.sdk.audit.AuditFilter;
import dev.authpipe.sdk.audit.AuditLog;
import dev.authpipe.sdk.config.ClientKey;
import dev.authpipe.sdk.config.ClientKeyState;
import dev.authpipe.sdk.config.ClientSecretEntry;
import dev.authpipe.sdk.config.Integration;
import dev.authpipe.sdk.config.MaskedClientSecret;
import dev.authpipe.sdk.config.NewClientSecret;
import dev.authpipe.sdk.config.Provider;
import dev.authpipe.sdk.error.ConflictException;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.event.DeliveryStatus;
import dev.authpipe.sdk.event.WebhookDelivery;
import dev.authpipe.sdk.event.WebhookEvent;
import dev.authpipe.sdk.incident.Incident;
import dev.authpipe.sdk.incident.IncidentKind;
import dev.authpipe.sdk.incident.IncidentRequest;
import dev.authpipe.sdk.incident.IncidentStatus;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.ProvidedSecret;
import dev.authpipe.sdk.value.WebhookSecret;
import dev.authpipe.sdk.value.WorkspaceId;

/** The rest of {@link SdkContractTest}: what configures a workspace, watches it and acts for all of it at once. */
class SdkOperatorTest {
  private static final IntegrationName STRICT = new IntegrationName("sandbox-strict");
  private static final IntegrationName MACHINE = new IntegrationName("minting-key");
  private static WebhookReceiver receiver;
  private static SdkStage stage;
  private static Authpipe authpipe;

  @BeforeAll
  static void start() throws IOException {
    receiver = new WebhookReceiver();
    stage = new SdkStage(ProxyFixture.with().webhooks(Map.of("app", receiver.url()))
        .providerDirectory(
            Map.of("minting-key.yaml", Files.readString(Path.of("src/test/resources/minting-providers/minting-key.yaml"))))
        .settings("""
              - name: machines
                integrations:
                  - {slug: minting-key, client_id: machine, scopes: ["issues:read"]}
            """));
    authpipe = stage.authpipe;
  }

  @AfterEach
  void count() {
    stage.count();
  }

  @AfterAll
  static void stop() {
    receiver.close();
    stage.close(SdkOperatorTest.class, path -> SdkContractTest.PATHS.stream().noneMatch(path::startsWith),
        "PUT /v1/integrations/{id}", // what a file configures is read-only
        "GET /v1/incidents/{id}/report"); // an incident takes over a minute
  }

  private static Connection imported(String person) {
    return authpipe.connections().create(stage.keyed(person));
  }

  @Test
  void integrationsAndProvidersAreReadWithoutASecret() {
    assertThat(authpipe.integrations().list().stream().map(Integration::slug)).contains("sandbox", "guarded", "sandbox-key");
    Integration guarded = authpipe.integrations().get(new IntegrationName("guarded"));
    assertThat(guarded.proxyOnly()).isTrue();
    assertThat(guarded.source()).isEqualTo("file");
    assertThat(Objects.requireNonNull(guarded.clientSecret()).maskedPrefix().length()).isLessThan(20);
    assertThat(authpipe.integrations().get(new IntegrationName(guarded.id()))).isEqualTo(guarded);
    assertThat(authpipe.providers().list()).extracting(Provider::slug).contains("slack", "github", "sandbox");
    assertThat(authpipe.providers().get("sandbox").pkce()).isEqualTo("s256");
    assertThatThrownBy(() -> authpipe.providers().get("nowhere")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aClientSecretIsReplacedWithOverlapOrByALink() {
    MaskedClientSecret set = authpipe.integrations().setClientSecret(STRICT,
        NewClientSecret.of(new ProvidedSecret("sbx_secret_" + ConnectFlow.random())).keepingPreviousFor(Duration.ofHours(1))
            .expiringAt(Instant.now().plus(Duration.ofDays(20))));
    assertThat(Objects.requireNonNull(set.previous()).validUntil()).isAfter(Instant.now());
    assertThat(Objects.requireNonNull(set.rotation()).overdue()).isFalse();
    authpipe.integrations().erasePreviousClientSecret(STRICT);
    assertThatThrownBy(() -> authpipe.integrations().erasePreviousClientSecret(STRICT)).isInstanceOf(NotFoundException.class);

    ClientSecretEntry entry = authpipe.integrations().openClientSecretEntry(STRICT, Duration.ofMinutes(5), Duration.ofHours(1));
    assertThat(entry.toString()).doesNotContain(Objects.requireNonNull(entry.entryUrl()).reveal().getRawFragment());
    assertThat(authpipe.integrations().clientSecretEntries(STRICT)).extracting(ClientSecretEntry::id).containsExactly(entry.id());
    authpipe.integrations().withdrawClientSecretEntry(STRICT, entry.id());
    assertThat(authpipe.integrations().clientSecretEntries(STRICT)).isEmpty();
  }

  @Test
  void aClientKeyIsMadePublishedActivatedAndEnded() {
    Authpipe machines = stage.client("machines");
    ClientKey first = machines.integrations().makeClientKey(MACHINE, null);
    assertThat(first.state()).isEqualTo(ClientKeyState.SIGNING);
    assertThat(first.publicKey()).startsWith("-----BEGIN PUBLIC KEY-----");
    ClientKey next = machines.integrations().makeClientKey(MACHINE, Duration.ofDays(1));
    assertThat(next.state()).isEqualTo(ClientKeyState.PUBLISHED);
    assertThatThrownBy(() -> machines.integrations().makeClientKey(MACHINE, null)).isInstanceOf(ConflictException.class);
    assertThat(machines.integrations().activateClientKey(MACHINE, next.keyId()).state()).isEqualTo(ClientKeyState.SIGNING);
    assertThat(machines.integrations().clientKeys(MACHINE).keys()).extracting(ClientKey::keyId)
        .containsExactly(first.keyId(), next.keyId());
    assertThat(machines.integrations().clientKeys(MACHINE).path()).startsWith("/jwks/int_");
    assertThatThrownBy(() -> machines.integrations().endClientKey(MACHINE, next.keyId(), false, false))
        .isInstanceOf(ConflictException.class);
    assertThat(machines.integrations().endClientKey(MACHINE, next.keyId(), true, true).keyId()).isEqualTo(next.keyId());
  }

  @Test
  void anEventArrivesIsVerifiedAndSentOnceMore() {
    CellStage.Ran ran = CellStage.run("webhook", "secret", "--config", stage.proxy.firstSettings().toString(), "--workspace",
        ProofDeployment.OWN, "app");
    WebhookVerifier verifier = new WebhookVerifier(new WebhookSecret(ran.out().lines().findFirst().orElseThrow()));

    Connection made = imported("told");

    WebhookEvent.Created created = told(verifier, made);
    assertThat(created.subject().endUser()).isEqualTo(made.endUser());
    Supplier<Optional<WebhookDelivery>> delivered = () -> authpipe.webhookDeliveries().list(DeliveryStatus.DELIVERED).stream()
        .filter(one -> made.id().equals(one.connection())).findFirst();
    Awaitility.await().until(() -> delivered.get().isPresent());
    WebhookDelivery delivery = delivered.get().orElseThrow();
    assertThat(delivery.webhookId()).isEqualTo(created.head().webhookId());
    assertThat(authpipe.webhookDeliveries().replay(delivery.id()).status()).isEqualTo(DeliveryStatus.PENDING);
    assertThat(told(verifier, made).head()).isEqualTo(created.head());
  }

  /** What other tests did is told as well. */
  private static WebhookEvent.Created told(WebhookVerifier verifier, Connection of) {
    while (true) {
      WebhookReceiver.Received received = receiver.next();
      WebhookEvent event = verifier.event(received.id(), received.request().header("webhook-timestamp").orElseThrow(),
          received.signature(), received.request().bodyText().getBytes(StandardCharsets.UTF_8)).orElseThrow();
      if (event instanceof WebhookEvent.Created created && created.subject().connection().equals(of.id())) {
        return created;
      }
    }
  }

  @Test
  void theAuditLogIsListedAndExportedWithItsProof() throws IOException {
    for (int i = 0; i < 3; i++) {
      imported("audited-" + i);
    }
    List<AuditEvent> all = new ArrayList<>();
    authpipe.audit().events(AuditFilter.of(AuditLog.VAULT)).forEach(all::add);
    assertThat(all).hasSizeGreaterThan(10).isSortedAccordingTo((one, other) -> Long.compare(other.sequence(), one.sequence()));
    assertThat(authpipe.audit().events(AuditFilter.of(AuditLog.VAULT).withType("connection.imported")
        .between(Instant.now().minusSeconds(600), Instant.now().plusSeconds(60))).stream())
        .hasSizeGreaterThanOrEqualTo(3).allSatisfy(event -> assertThat(event.object().kind()).isEqualTo("connection"));
    assertThat(authpipe.audit().checkpoint(AuditLog.CLIENT_SECRETS)).contains("\n");
    try (AuditExport export = authpipe.audit().export(AuditLog.VAULT)) {
      String text = new String(export.body().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text.lines().count()).isGreaterThan(10);
      assertThat(text).startsWith("{\"checkpoint\":").contains("\"store\":\"vault\"");
    }
    try (AuditExport part = authpipe.audit().export(AuditLog.VAULT, 0, 2L)) {
      assertThat(new String(part.body().readAllBytes(), StandardCharsets.UTF_8).lines().count()).isBetween(3L, 10L);
    }
  }

  @Test
  void anIncidentBeginsOnceAndHasNoReportBeforeItsEnd() {
    String workspace = authpipe.audit().events(AuditFilter.of(AuditLog.VAULT)).stream().findFirst().orElseThrow().workspace();
    IncidentRequest strict = IncidentRequest.of(new WorkspaceId(workspace), ProofDeployment.OWN)
        .withIntegration(new IntegrationName("sandbox-strict"));
    Incident revoking = authpipe.incidents().revokeAll(strict);
    assertThat(revoking.kind()).isEqualTo(IncidentKind.REVOKE_ALL);
    assertThat(revoking.collecting()).isTrue();
    assertThat(authpipe.incidents().revokeAll(strict).id()).isEqualTo(revoking.id());
    assertThat(authpipe.incidents().get(revoking.id()).status()).isEqualTo(IncidentStatus.RUNNING);
    assertThatThrownBy(() -> authpipe.incidents().report(revoking.id(), 1)).isInstanceOf(NotFoundException.class);
    IncidentRequest grace = IncidentRequest.of(new WorkspaceId(workspace), ProofDeployment.OWN)
        .withIntegration(new IntegrationName("sandbox-grace"));
    assertThat(authpipe.incidents().rotateAll(grace).outcomes()).isEmpty();
    assertThatThrownBy(() -> authpipe.incidents().rotateAll(IncidentRequest.of(new WorkspaceId(workspace), "another")))
        .isInstanceOf(RequestRejectedException.class);
  }
}
