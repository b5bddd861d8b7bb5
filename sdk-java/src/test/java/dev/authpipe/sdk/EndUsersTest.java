package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasurePlan;
import dev.authpipe.sdk.value.ErasureStatus;
import dev.authpipe.sdk.value.ExportedEndUser;

@Tag("S52")
class EndUsersTest {

  private final ContractServer server = new ContractServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void eraseNamesThePersonAsOnePathSegment() {
    server.onJson("DELETE /v1/end-users/a%2Fb%20%C3%BC", 202, """
        {"erasure":{"id":"era_1","status":"running","connections":[]}}""");

    Erasure erasure = server.client().endUsers().erase(new EndUserId("a/b ü"));

    assertThat(erasure.id()).isEqualTo(new ErasureId("era_1"));
    assertThat(erasure.status()).isEqualTo(ErasureStatus.RUNNING);
    assertThat(erasure.completedAt()).isNull();
  }

  @Test
  void receiptIsKeptByteForByte() {
    String receipt = """
        {"erasure":{"id":"era_1","status":"completed","completed_at":"2026-11-23T10:00:00Z","receipt":"authpipe document 1 erasure-receipt\\n",
         "connections":[{"id":"conn_1","outcome":"revoked"},{"id":"conn_2","outcome":"word_of_tomorrow"}]}}""";
    server.onJson("GET /v1/erasures/era_1", 200, receipt);

    Erasure erasure = server.client().endUsers().erasure(new ErasureId("era_1"));

    assertThat(erasure.receipt()).isEqualTo(receipt);
    assertThat(erasure.signedDocument()).isEqualTo("authpipe document 1 erasure-receipt\n");
    assertThat(erasure.connections()).extracting(each -> each.outcome().value()).containsExactly("revoked", "word_of_tomorrow");
  }

  @Test
  void dryRunTellsWhatWouldHappen() {
    server.onJson("DELETE /v1/end-users/ada", 200,
        """
            {"erasure":{"status":"dry_run","requested_at":"2026-11-23T10:00:00Z","connections":[],"horizons":{"endless_credentials":1,
             "journals":"2026-11-23T10:10:00Z","backups":"2026-12-23T10:00:00Z","row_versions":"until_overwritten","write_ahead_log":"x"}}}""");

    ErasurePlan would = server.client().endUsers().eraseDryRun(new EndUserId("ada"));

    assertThat(server.only().rawTarget()).endsWith("?dry_run=true");
    assertThat(would.connections()).isEmpty();
    assertThat(would.horizons().endlessCredentials()).isEqualTo(1);
  }

  @Test
  void exportKeepsTheDocumentAndPrintsNobody() {
    String document = """
        {"format":1,"id":"ada","display_name":"Ada Okafor","connections":[{"id":"conn_1","integration":"int_1","provider":"slack",
         "status":"active","scopes_requested":[],"scopes_granted":["a"],"metadata":{},"created_at":"2026-11-23T10:00:00Z",
         "updated_at":"2026-11-23T10:00:00Z","secrets":{"access_token":"xoxb-"}}]}""";
    server.onJson("GET /v1/end-users/ada/export", 200, document);

    ExportedEndUser export = server.client().endUsers().export(new EndUserId("ada"));

    assertThat(export.document()).isEqualTo(document);
    assertThat(export.connections().get(0).secrets()).containsEntry("access_token", "xoxb-");
    assertThat(export.toString()).doesNotContain("Ada", "ada");
  }
}
