package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller leaves out or misspells is the caller's to correct: it changes nothing, and it is never answered as a mistake of ours. */
class MalformedRequestTest {
  private static final String TOKENS = "'credential':{'type':'oauth2','access_token':'a','refresh_token':'r'";

  private static ProxyFixture proxy;
  private static ContractClient caller;
  private static String connection = "";

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    caller = proxy.application();
    connection = proxy.connectUser("careful-user");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'integration':'sandbox'}", "{'integration':'sandbox','end_user':{'id':'x'}}",
      "{'integration':'sandbox'," + TOKENS + "}}", "{'integration':'sandbox','end_user':{}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'x'},'credential':{'access_token':'a'}}",
      "{'integration':'sandbox','end_user':{'id':'a\\u0000b'}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'a\\nb'}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':' '}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'a\\ud800b'}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'x','email':'\\u0000'}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'x'},'metadata':{'a':null}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'x'},'metadata':{'a':'\\u0000'}," + TOKENS + "}}",
      "{'integration':'sandbox','end_user':{'id':'x'}," + TOKENS + ",'scopes':[null]}}",
      "{'integration':'sandbox','end_user':{'id':'x'}," + TOKENS + ",'scopes':['a\\u0000']}}",
      "{'integration':'sandbox','end_user':{'id':'x'}," + TOKENS + ",'expires_at':'+1000000000-12-31T23:59:59Z'}}"})
  void anImportThatLacksOrMisplacesSomethingIsTheCallersToCorrect(String body) {
    assertTheirs(caller.send("POST", "/v1/connections", body.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"POST | /v1/connections/batch | {}",
      "POST | /v1/connections/batch | {\"connections\":[null]}", "PATCH | /v1/connections/ID | {}",
      "PATCH | /v1/connections/ID | {\"metadata\":{\"a\":null}}",
      "PATCH | /v1/connections/ID | {\"metadata\":{\"a\":\"\\u0000\"}}",
      "PUT | /v1/connections/ID/credential | {}", "GET | /v1/connections?end_user=%00 |", "GET | /v1/connections?limit=many |",
      "GET | /v1/connections/ID?end_user=careful-user&end_user=other |",
      "GET | /v1/connections/ID/token?end_user=a&end_user=careful-user |",
      "DELETE | /v1/end-users/a%00b |", "GET | /v1/end-users/a%00b/export |"})
  void aRequestThatLacksOrMisplacesSomethingIsTheCallersToCorrect(String method, String path,
      @org.jspecify.annotations.Nullable String body) {
    assertTheirs(caller.send(method, path.replace("ID", connection), body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "yes please", "True", "", "true&dry_run=false"})
  @Tag("S52")
  void aMistypedDryRunErasesNobody(String value) {
    String person = "kept-" + UUID.randomUUID();
    String kept = proxy.connectUser(person);
    assertTheirs(caller.send("DELETE", "/v1/end-users/" + person + "?dry_run=" + value.replace(" ", "%20")));
    assertTheirs(
        caller.send("DELETE", "/v1/connections/" + kept + "?purge=" + value.replace(" ", "%20").replace("dry_run", "purge")));
    assertThat(caller.send("GET", "/v1/connections/" + kept).expect(200).json().path("status").asText()).isEqualTo("active");
  }

  @Test
  @Tag("S32")
  void headerAndQueryCannotNameTwoEndUsers() {
    for (String path : new String[]{"/v1/connections/" + connection, "/v1/connections/" + connection + "/token"}) {
      assertTheirs(caller.send("GET", path + "?end_user=careful-user", null, Map.of("Authpipe-End-User", "other-user")));
      caller.send("GET", path + "?end_user=careful-user", null, Map.of("Authpipe-End-User", "careful-user")).expect(200);
    }
  }

  @Test
  @Tag("S25")
  void aRequestNamesOneHostOnEveryListener() {
    for (URI listener : new URI[]{proxy.addresses().api(), proxy.addresses().connect(), proxy.addresses().management()}) {
      assertThat(RawRequest.send(listener, "GET /health/live HTTP/1.1", "Host: a", "Host: b", "", "").toString())
          .contains(" 400 ");
      assertThat(RawRequest.send(listener, "GET /health/live HTTP/1.1", "Accept: */*", "", "").toString()).contains(" 400 ");
    }
  }

  private static void assertTheirs(ContractAnswer answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(400, 422);
    assertThat(answer.code()).isNotEmpty();
  }
}
