package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WorkspaceId;

/** Every row of "What applies" in docs/link-format.md. */
@Tag("S71")
class FeedDifferenceTest {
  private static final WorkspaceId ID = WorkspaceId.parse("wks_00000000000000000000000001");
  private static final String BASE = """
      {"id": "wks_00000000000000000000000001", "name": "acme", "region": "eu", "retention_days": 20, "strict_audit": false,
       "integrations": [{"id": "int_00000000000000000000000001", "slug": "slack", "provider": "slack", "client_id": "c", "scopes": ["a", "b"],
         "return_urls": ["https://a.example/", "https://b.example/"], "params": {}, "application_name": "Acme", "proxy_only": false,
         "disabled": false, "note": "n"}],
       "api_keys": [{"id": "key_00000000000000000000000001", "scopes": ["proxy", "connect"],
         "integrations": ["int_00000000000000000000000001", "int_00000000000000000000000002"], "calls_per_minute": 10, "calls_per_month": 100,
         "expires_at": "2027-03-01T12:00:00.000Z", "disabled": false},
        {"id": "key_00000000000000000000000002", "scopes": ["proxy"], "disabled": false}],
       "api_key_requests": [],
       "webhook_endpoints": [{"id": "whk_00000000000000000000000001", "url": "https://app.example/hooks",
         "events": ["connection.created", "connection.erased"], "disabled": false}]}""";

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "workspace | retention_days   | 5                              | 5",
      "workspace | strict_audit     | true                           | true",
      "int       | disabled         | true                           | true",
      "int       | proxy_only       | true                           | true",
      "int       | scopes           | [\"b\"]                        | [\"b\"]",
      "int       | scopes           | []                             | []",
      "int       | return_urls      | [\"https://a.example/\"]       | [\"https://a.example/\"]",
      "whk       | disabled         | true                           | true",
      "whk       | events           | [\"connection.erased\"]        | [\"connection.erased\"]",
      "whk       | events           | []                             | []",
      "key       | disabled         | true                           | true",
      "key       | scopes           | [\"connect\"]                  | [\"connect\"]",
      "key       | integrations     | [\"int_00000000000000000000000002\"] | [\"int_00000000000000000000000002\"]",
      "key       | calls_per_minute | 9                              | 9",
      "key       | calls_per_month  | 99                             | 99",
      "key       | expires_at       | \"2027-02-01T12:00:00.000Z\"   | \"2027-02-01T12:00:00.000Z\"",
      "open key  | calls_per_minute | 9                              | 9",
      "open key  | calls_per_month  | 9                              | 9",
      "open key  | expires_at       | \"2027-02-01T12:00:00.000Z\"   | \"2027-02-01T12:00:00.000Z\"",
      "open key  | integrations     | [\"int_00000000000000000000000001\"] | [\"int_00000000000000000000000001\"]"})
  void whatNarrowsAppliesAtOnce(String object, String member, String value, String result) {
    FeedDifference.Outcome outcome = FeedDifference.of(ID, read(BASE), changed(object, member, value), false);
    assertThat(outcome.proposals()).isEmpty();
    assertThat(Narrowing.same(member(outcome.inForce(), object, member), LinkJson.tree(result))).isTrue();
    assertThat(outcome.applied()).singleElement().satisfies(one -> assertThat(one.member()).isEqualTo(member));
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "workspace | name             | \"other\"",
      "workspace | region           | \"us\"",
      "workspace | retention_days   | 21",
      "workspace | branding         | {\"accent\": \"#7a3cc4\"}",
      "int       | slug             | \"other\"",
      "int       | provider         | \"google\"",
      "int       | client_id        | \"evil\"",
      "int       | params           | {\"tenant\": \"evil\"}",
      "int       | application_name | \"Your Bank\"",
      "int       | scopes           | [\"a\", \"b\", \"c\"]",
      "int       | return_urls      | [\"https://a.example/\", \"https://b.example/\", \"https://evil.example/\"]",
      "whk       | url              | \"https://evil.example/hooks\"",
      "whk       | events           | [\"connection.created\", \"connection.erased\", \"refresh.failed\"]",
      "key       | scopes           | [\"proxy\", \"connect\", \"tokens:read\"]",
      "key       | integrations     | ",
      "key       | calls_per_minute | 11",
      "key       | calls_per_minute | ",
      "key       | calls_per_month  | 101",
      "key       | expires_at       | \"2027-04-01T12:00:00.000Z\"",
      "key       | expires_at       | "})
  void everythingElseWaits(String object, String member, @org.jspecify.annotations.Nullable String value) {
    FeedDifference.Outcome outcome = FeedDifference.of(ID, read(BASE), changed(object, member, value), false);
    assertThat(outcome.inForce()).isEqualTo(read(BASE));
    assertThat(outcome.applied()).isEmpty();
    assertThat(outcome.proposals()).singleElement().satisfies(one -> {
      assertThat(one.member()).isEqualTo(member);
      assertThat(one.after() == null ? null : LinkJson.tree(one.after())).isEqualTo(value == null ? null : LinkJson.tree(value));
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"int | disabled | true | false", "int | proxy_only | true | false",
      "int | scopes | [\"a\"] | [\"a\",\"b\"]", "workspace | strict_audit | true | false", "workspace | retention_days | 1 | 20",
      "key | disabled | true | false", "key | calls_per_minute | 1 | 10", "int | return_urls | [] | [\"https://a.example/\"]"})
  void undoingANarrowingWaits(String object, String member, String narrow, String back) {
    Feed.Workspace narrowed = FeedDifference.of(ID, read(BASE), changed(object, member, narrow), false).inForce();
    FeedDifference.Outcome outcome = FeedDifference.of(ID, narrowed, changed(object, member, back), false);
    assertThat(outcome.inForce()).isEqualTo(narrowed);
    assertThat(outcome.proposals()).singleElement().satisfies(one -> assertThat(one.member()).isEqualTo(member));
  }

  @Test
  void ofAMixedChangeTheNarrowingHalfAppliesAndTheRestWaits() {
    FeedDifference.Outcome outcome = FeedDifference.of(ID, read(BASE), changed("int", "scopes", "[\"b\", \"evil\"]"), false);
    assertThat(Objects.requireNonNull(outcome.inForce()).integrations().getFirst().scopes()).containsExactly("b");
    assertThat(outcome.proposals()).singleElement().satisfies(one -> {
      assertThat(one.before()).isEqualTo("[\"b\"]");
      assertThat(one.after()).isEqualTo("[\"b\",\"evil\"]");
    });
  }

  @Test
  void anotherLookAndNoneAtAllWaitToo() {
    Feed.Workspace worn = changed("workspace", "branding", "{\"accent\": \"#7a3cc4\", \"logo\": \"AAAA\"}");
    for (Feed.Workspace wanted : List.of(read(BASE), changed("workspace", "branding", "{\"accent\": \"#7a3cc4\"}"))) {
      FeedDifference.Outcome outcome = FeedDifference.of(ID, worn, wanted, false);
      assertThat(outcome.inForce()).isEqualTo(worn);
      assertThat(outcome.proposals()).singleElement().satisfies(one -> assertThat(one.member()).isEqualTo("branding"));
      assertThat(FeedDifference.of(ID, worn, wanted, true).inForce()).isEqualTo(wanted);
    }
  }

  @Test
  void aNoteIsNoChange() {
    FeedDifference.Outcome outcome = FeedDifference.of(ID, read(BASE), changed("int", "note", "\"other\""), false);
    assertThat(outcome.proposals()).isEmpty();
    assertThat(outcome.applied()).isEmpty();
    assertThat(outcome.inForce()).isEqualTo(read(BASE));
  }

  @Test
  void whatIsLeftOutIsDisabledAndNeverDeleted() {
    Feed.Workspace gone = Objects.requireNonNull(FeedDifference.of(ID, read(BASE), null, false).inForce());
    assertThat(gone.integrations()).hasSize(1).allMatch(Feed.Integration::disabled);
    assertThat(gone.apiKeys()).hasSize(2).allMatch(Feed.ApiKey::disabled);
    assertThat(gone.webhooks()).hasSize(1).allMatch(Feed.Webhook::disabled);
    Feed.Workspace emptied = read(BASE.replaceAll("(?s)\"integrations\": \\[\\{.*?\\}\\],", "\"integrations\": [],"));
    Feed.Workspace next = Objects.requireNonNull(FeedDifference.of(ID, read(BASE), emptied, false).inForce());
    assertThat(next.integrations()).hasSize(1).allMatch(Feed.Integration::disabled);
    assertThat(next.apiKeys()).noneMatch(Feed.ApiKey::disabled);
  }

  @Test
  void aNewWorkspaceItsIntegrationsAndEachRequestWaitAsAWholeAndKeysCanOnlyBeNarrowed() {
    Feed.Workspace wanted = read(BASE.replace("\"api_key_requests\": []",
        "\"api_key_requests\": [{\"id\": \"kreq_00000000000000000000000001\", \"name\": \"n\", \"scopes\": [\"proxy\"]}]"));
    FeedDifference.Outcome outcome = FeedDifference.of(ID, null, wanted, false);
    assertThat(outcome.inForce()).isNull();
    assertThat(outcome.proposals()).extracting(Proposal::object).containsExactly(ID.toString(), "int_00000000000000000000000001",
        "kreq_00000000000000000000000001", "whk_00000000000000000000000001");
    assertThat(outcome.proposals()).allMatch(one -> one.member().isEmpty() && one.before() == null);
    assertThat(FeedDifference.of(ID, read(BASE), wanted, true).proposals()).as("a key is shown to the operator, trusted or not")
        .extracting(Proposal::object).containsExactly("kreq_00000000000000000000000001");
  }

  @Test
  void theIdsOfChangesAreThoseOfTheVectors() throws Exception {
    JsonNode vectors = new ObjectMapper().readTree(Files.readAllBytes(Path.of("../docs/link-vectors/bytes.json"))).get("changes");
    assertThat(vectors).hasSize(3);
    for (JsonNode vector : vectors) {
      JsonNode p = vector.get("proposal");
      Proposal proposal = new Proposal(WorkspaceId.parse(p.get("workspace").textValue()), p.get("object").textValue(),
          p.get("member").textValue(), p.has("before") ? p.get("before").toString() : null, p.get("after").toString());
      assertThat(new String(proposal.canonical(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(vector.get("canonical").textValue());
      assertThat(proposal.id()).hasToString(vector.get("id").textValue());
    }
  }

  private static Feed.Workspace read(String json) {
    return Documents.read(Feed.Workspace.class, LinkJson.tree(json));
  }

  private static Feed.Workspace changed(String object, String member, @org.jspecify.annotations.Nullable String value) {
    Map<String, Object> tree = new LinkedHashMap<>();
    ((Map<?, ?>) LinkJson.tree(BASE)).forEach((name, present) -> tree.put(name.toString(), present));
    Map<String, Object> target = object(tree, object);
    if (value == null) {
      target.remove(member);
    } else {
      target.put(member, LinkJson.tree(value));
    }
    return Documents.read(Feed.Workspace.class, tree);
  }

  private static Object member(Feed.@org.jspecify.annotations.Nullable Workspace workspace, String object, String member) {
    Map<String, Object> tree = new LinkedHashMap<>(Documents.write(Objects.requireNonNull(workspace)));
    return Objects.requireNonNull(object(tree, object).get(member));
  }

  private static Map<String, Object> object(Map<String, Object> workspace, String object) {
    return switch (object) {
      case "workspace" -> workspace;
      case "int" -> objects(workspace, "integrations").getFirst();
      case "key" -> objects(workspace, "api_keys").getFirst();
      case "whk" -> objects(workspace, "webhook_endpoints").getFirst();
      default -> objects(workspace, "api_keys").getLast();
    };
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Map<String, Object> workspace, String list) {
    return (List<Map<String, Object>>) Objects.requireNonNull(workspace.get(list));
  }
}
