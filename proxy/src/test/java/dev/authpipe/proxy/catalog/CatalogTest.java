package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.egress.HttpOffer;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

class CatalogTest {
  private static final Path FILES = Path.of("src/main/resources/catalog");

  @Test
  void everyFileOfTheCatalogIsBuiltInAndValid() throws IOException {
    Catalog catalog = Catalog.builtIn(Map.of());
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName()).replace(".yaml", "")).sorted().toList())
          .isEqualTo(catalog.all().stream().map(Provider::slug).toList());
    }
    assertThat(catalog.all()).allSatisfy(p -> assertThat(p.lastVerified()).isAfter(LocalDate.of(2026, 1, 1)));
  }

  @Test
  void slackTellsErrorsByOkAndSeparatesScopesByComma() {
    Provider slack = provider("slack");
    assertThat(slack.requireToken().error().successPointer()).isEqualTo("/ok");
    assertThat(slack.requireToken().error().codes()).containsEntry("invalid_code", "invalid_grant");
    assertThat(slack.requireAuthorize().scopeSeparator()).isEqualTo(",");
    assertThat(slack.requireToken().answer().scopeSeparator()).isEqualTo(",");
    assertThat(slack.pkce()).isEqualTo(PkceLevel.HARMFUL);
    assertThat(slack.pkceEvidence()).isNotBlank();
  }

  @Test
  void googleAsksForOfflineAccessWithConsent() {
    assertThat(provider("google").requireAuthorize().parameters()).containsEntry("access_type", "offline").containsEntry("prompt",
        "consent");
  }

  @Test
  void githubRevokesByDeleteWithTheClientIdInThePath() {
    RevocationProfile revocation = Objects.requireNonNull(provider("github").revocation());
    assertThat(revocation.method()).isEqualTo("DELETE");
    assertThat(revocation.endpoint().resolve(Map.of("client_id", "Iv1.a/b")))
        .isEqualTo(URI.create("https://api.github.com/applications/Iv1.a%2Fb/token"));
  }

  @Test
  @Tag("S20")
  void oauthEndpointsOnTheApiHostAreForbiddenPaths() {
    assertThat(provider("slack").api().forbiddenPaths()).contains("/api/oauth.v2.access", "/api/auth.revoke");
    assertThat(provider("github").api().forbiddenPaths()).contains("/applications");
    assertThat(provider("sandbox").api().forbiddenPaths()).contains("/token", "/revoke", "/authorize");
  }

  @Test
  void aStandInReplacesTheOriginEverywhereAndNothingElse() {
    Provider sandbox = Catalog.builtIn(Map.of(URI.create("https://sandbox.invalid"), URI.create("http://127.0.0.1:4711")))
        .provider("sandbox").orElseThrow();
    assertThat(sandbox.requireToken().endpoint().resolve(Map.of())).isEqualTo(URI.create("http://127.0.0.1:4711/token"));
    assertThat(sandbox.api().base().resolve(Map.of())).isEqualTo(URI.create("http://127.0.0.1:4711/api"));
    assertThat(Objects.requireNonNull(sandbox.issuer()).issuer().resolve(Map.of()))
        .isEqualTo(URI.create("http://127.0.0.1:4711"));
    assertThat(provider("sandbox").requireToken().endpoint().resolve(Map.of()))
        .isEqualTo(URI.create("https://sandbox.invalid/token"));
  }

  @ParameterizedTest
  @Tag("S21")
  @ValueSource(strings = {"evil.com#", "a@b", "a/b", "a\\b", "..", "a..b", "a%2eb", "a:1", "a?b", ""})
  void aValueThatWouldChangeTheHostIsRefusedEvenWithoutItsPattern(String value) {
    EndpointTemplate template = EndpointTemplate.of("https://{sub}.example.com/oauth/token");
    assertThatThrownBy(() -> template.resolve(Map.of("sub", value))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("S21")
  void aValueInThePathStaysOneSegment() {
    EndpointTemplate template = EndpointTemplate.of("https://example.com/t/{tenant}/token");
    assertThat(template.resolve(Map.of("tenant", "a/../b?c#d")).getRawPath()).isEqualTo("/t/a%2F..%2Fb%3Fc%23d/token");
    assertThatThrownBy(() -> template.resolve(Map.of("tenant", ".."))).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "endpoint: https://a.example/authorize | endpoint: http://a.example/authorize | https",
      "endpoint: https://a.example/authorize | endpoint: https://u@a.example/authorize | https",
      "endpoint: https://a.example/authorize | endpoint: https://{sub}.example.com/authorize | undeclared",
      "format: 1 | format: 2 | format 1",
      "rotation: none | rotation: grace | grace",
      "rotation: none | rotatoin: none | did you mean rotation?",
      "base: https://a.example | base: https://a.example/ | slash",
      "base: https://a.example | base: https://b.example | api.hosts",
      "base: https://a.example | 'base: https://a.example\n  http: \"1.0\"' | \"1.1\" or \"2\"",
      "pkce: s256 | pkce: plain | one of s256, unsupported, harmful",
      "pkce: s256 | pkce: unsupported | evidence",
      "verified: unverified | verified: documented | evidence",
      "last_verified: 2026-11-23 | last_verified: 2026-02-30 | a date",
      "auth: oauth2 | auth: api_key | key is missing",
      "format: 1 | 'translations: {de: {scopes: {read: lesen}}}\nformat: 1' | translations.de.scopes: there is no text of read",
      "format: 1 | 'translations: {fr: {labels: {shop: boutique}}}\nformat: 1' | translations.fr.labels: there is no field shop",
      "format: 1 | 'translations: {fr: {hints: {key: indice}}}\nformat: 1' | translations.fr.hints: there is no hint of key",
      "format: 1 | 'translations: {es: {scopes: {read: leer}}}\nformat: 1' | es",
  })
  void aFileThatBreaksARuleIsRefusedWithTheRule(String from, String to, String expected) {
    assertThat(VALID).contains(from);
    assertThatThrownBy(() -> read(VALID.replace(from, to))).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void aProviderIsOfferedHttp2UnlessItsFileSaysOtherwise() {
    assertThat(read(VALID).api().http()).isEqualTo(HttpOffer.UP_TO_2);
    for (String newest : List.of("1.1", "2")) {
      String file = VALID.replace("base: https://a.example", "base: https://a.example\n  http: \"" + newest + "\"");
      assertThat(read(file).api().http()).isEqualTo(newest.equals("2") ? HttpOffer.UP_TO_2 : HttpOffer.ONLY_1_1);
    }
  }

  @Test
  void theFileThatTheRulesAreTriedOnIsValid() {
    assertThat(read(VALID).slug()).isEqualTo("one");
  }

  @ParameterizedTest
  @Tag("S21")
  @ValueSource(strings = {"^[a-z.]+$", "^[a-z0-9_]+$", "^.+$", "^[^/]+$", "[a-z]+", "^[a-z+$"})
  void aPatternThatLetsAnEndUserMoveAnOauthHostIsRefused(String pattern) {
    String file = VALID.replace("endpoint: https://a.example/authorize", "endpoint: https://{sub}.a.example/authorize") + """
        parameters:
          - {name: sub, label: Sub, pattern: '%s', set_by: end_user, uses: [oauth_host]}
        """.formatted(pattern);
    assertThatThrownBy(() -> read(file)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  @Tag("S21")
  void aParameterThatIsTheWholeHostBelongsToTheOperator() {
    String file = VALID.replace("endpoint: https://a.example/authorize", "endpoint: https://{host}/authorize");
    String parameter = "parameters:\n  - {name: host, label: Host, pattern: '^[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+)+$', set_by: %s, uses: [oauth_host]}\n";
    assertThat(read(file + parameter.formatted("operator")).parameters()).hasSize(1);
    for (String setBy : List.of("end_user", "application")) {
      assertThatThrownBy(() -> read(file + parameter.formatted(setBy))).hasMessageContaining("only set_by: operator");
    }
  }

  @Test
  void aParameterInAnAddressIsNeverMissing() {
    String file = VALID.replace("endpoint: https://a.example/authorize", "endpoint: https://a.example/{tenant}/authorize")
        + "parameters:\n  - {name: tenant, label: Tenant, pattern: '^[a-z]+$', set_by: end_user, uses: [oauth_path]%s}\n";
    assertThat(read(file.formatted(", required: false, default: main")).parameters()).hasSize(1);
    assertThatThrownBy(() -> read(file.formatted(", required: false"))).hasMessageContaining("required or has a default");
  }

  @Test
  void asManyParametersAreDeclaredAsFitIntoASeal() {
    StringBuilder file = new StringBuilder(VALID).append("parameters:\n");
    for (int i = 0; i < 20; i++) {
      file.append("  - {name: p%d, label: P, pattern: '^[a-z]+$', set_by: end_user, uses: [refresh_body], send_as: p%d}\n"
          .formatted(i, i));
    }
    assertThat(read(file.toString()).parameters()).hasSize(20);
    file.append("  - {name: q, label: Q, pattern: '^[a-z]+$', set_by: end_user, uses: [refresh_body], send_as: q}\n");
    assertThatThrownBy(() -> read(file.toString())).hasMessageContaining("20 parameters");
  }

  @Test
  @Tag("S11")
  void aDefaultDoesNotNarrowWhereAClientSecretMayGoButTheOperatorsChoiceDoes() {
    String file = VALID.replace("endpoint: https://a.example/token", "endpoint: https://{sub}.a.example/token")
        + "parameters:\n  - {name: sub, label: Sub, pattern: '^[a-z]+$', set_by: end_user, uses: [oauth_host], default: www}\n";
    Integration open = integration(read(file), Map.of());
    assertThat(open.clientSecretOrigin()).isEqualTo("https://{sub}.a.example");
    assertThat(open.clientSecretOrigin("https://north.a.example")).isEqualTo("https://{sub}.a.example");
    Integration fixed = integration(read(file), Map.of("sub", "south"));
    assertThat(fixed.clientSecretOrigin()).isEqualTo("https://south.a.example");
    assertThat(fixed.clientSecretOrigin("https://north.a.example")).isEqualTo("https://north.a.example");
  }

  @Test
  @Tag("S2")
  void whatWasIssuedIsResolvedWithWhatItWasIssuedWithOrNotAtAll() {
    String file = VALID.replace("endpoint: https://a.example/token", "endpoint: https://{sub}.a.example/token")
        + "parameters:\n  - {name: sub, label: Sub, pattern: '^[a-z]+$', set_by: end_user, uses: [oauth_host]}\n";
    Map<String, String> issued = integration(read(file), Map.of()).issuedParams(Map.of("sub", "north"));
    assertThat(issued).isEqualTo(Map.of("sub", "north"));
    Integration now = integration(read(file), Map.of("sub", "south"));
    assertThat(now.asIssued(issued, "https://north.a.example").orElseThrow().tokenEndpoint(Map.of()))
        .isEqualTo(URI.create("https://north.a.example/token"));
    assertThat(now.asIssued(issued, "https://south.a.example")).isEmpty();
    assertThat(integration(read(file), Map.of()).asIssued(Map.of(), "https://north.a.example")).isEmpty();
  }

  private static Integration integration(Provider provider, Map<String, String> params) {
    return new Integration(new WorkspaceId(new UUID(0, 1)), new IntegrationId(new UUID(0, 2)), "one", provider, "client",
        List.of(), List.of(), params, "Acme", false, null, null);
  }

  private static Provider provider(String slug) {
    return Catalog.builtIn(Map.of()).provider(slug).orElseThrow();
  }

  private static Provider read(String text) {
    return ProviderFile.read(YamlFile.parse("one.yaml", null, text.getBytes(StandardCharsets.UTF_8)), Map.of());
  }

  private static final String VALID = """
      format: 1
      provider: one
      name: One
      auth: oauth2
      verified: unverified
      last_verified: 2026-11-23
      pkce: s256
      authorize:
        endpoint: https://a.example/authorize
      token:
        endpoint: https://a.example/token
        client_authentication: client_secret_basic
      refresh:
        rotation: none
      api:
        base: https://a.example
        hosts: [a.example]
      """;
}
