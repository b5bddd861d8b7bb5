package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasureStatus;

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
    assertThat(erasure.connections()).extracting(each -> each.outcome()).containsExactly("revoked", "word_of_tomorrow");
  }
}
