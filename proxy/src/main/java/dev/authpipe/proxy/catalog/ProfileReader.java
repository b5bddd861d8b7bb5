package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the OAuth sections of a provider file. Never decides what a provider leaves open beyond the defaults of the RFCs. */
final class ProfileReader {
  private static final ValueType<String> TEXT = ValueType.TEXT_LINE;
  private static final ValueType<String> POINTER = TEXT.matching("a JSON pointer that begins with /", "(/([^~/]|~[01])*)+");
  private static final ValueType<Duration> LIFETIME = ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(3650));
  private static final ValueType<String> SEPARATOR = TEXT.matching("space or comma", "space|comma").map("space or comma",
      word -> "comma".equals(word) ? "," : " ");
  private static final ValueType<Integer> STATUS = ValueType.integer(200, 599);

  private final ValueType<EndpointTemplate> endpoint;

  ProfileReader(Map<URI, URI> standIns) {
    this.endpoint = TEXT.map("an https address", text -> EndpointTemplate.of(text, standIns));
  }

  /** An address of the provider. */
  ValueType<EndpointTemplate> endpoint() {
    return endpoint;
  }

  AuthorizeProfile authorize(YamlSection s) {
    return new AuthorizeProfile(s.required("endpoint", endpoint), s.optional("pushed_request_endpoint", endpoint).orElse(null),
        s.value("client_id_parameter", TEXT, "client_id"), s.value("scope_parameter", TEXT, "scope"),
        s.value("scope_separator", SEPARATOR, " "), s.map("parameters", TEXT), s.value("code_parameter", TEXT, "code"),
        s.sections("callback_parameters").stream().map(this::callbackParameter).toList(),
        s.value("code_lifetime", ValueType.duration(Duration.ofSeconds(5), Duration.ofHours(1)), Duration.ofMinutes(10)));
  }

  private AuthorizeProfile.CallbackParameter callbackParameter(YamlSection s) {
    AuthorizeProfile.Proof proof = null;
    if (s.has("proof")) {
      YamlSection p = s.section("proof");
      proof = new AuthorizeProfile.Proof(p.required("endpoint", endpoint), p.required("list", POINTER),
          p.required("member", POINTER));
    }
    return new AuthorizeProfile.CallbackParameter(s.required("name", TEXT),
        s.required("pattern", TEXT.map("an anchored regular expression",
            ValuePattern::of)),
        proof);
  }

  TokenProfile token(YamlSection s) {
    YamlSection answer = s.section("answer");
    YamlSection error = s.section("error");
    List<String> types = answer.list("token_types", TEXT.matching("a token type in lower case", "[a-z][a-z0-9_.-]*"));
    return new TokenProfile(s.required("endpoint", endpoint),
        s.required("client_authentication", ValueType.oneOf(ClientAuthentication.class)),
        s.value("body", ValueType.oneOf(BodyForm.class), BodyForm.FORM), s.map("headers", TEXT), s.map("parameters", TEXT),
        new TokenProfile.Answer(answer.value("access_token", POINTER, "/access_token"),
            answer.value("refresh_token", POINTER, "/refresh_token"), answer.value("token_type", POINTER, "/token_type"),
            types.isEmpty() ? List.of("bearer") : types, answer.value("expires", POINTER, "/expires_in"),
            answer.value("expiry_form", ValueType.oneOf(TokenProfile.ExpiryForm.class), TokenProfile.ExpiryForm.SECONDS),
            answer.optional("refresh_expires", POINTER).orElse(null), answer.value("scope", POINTER, "/scope"),
            answer.value("scope_separator", SEPARATOR, " "), answer.optional("api_base", POINTER).orElse(null)),
        new TokenProfile.ErrorProfile(error.optional("success", POINTER).orElse(null), error.value("code", POINTER, "/error"),
            error.map("codes", TEXT.matching("a registered OAuth error code",
                "invalid_request|invalid_client|invalid_grant|unauthorized_client|unsupported_grant_type|invalid_scope|temporarily_unavailable|slow_down|server_error|access_denied"))),
        s.optional("default_lifetime", LIFETIME).orElse(null), s.value("longest_lifetime", LIFETIME, Duration.ofDays(400)),
        s.value("timeout", ValueType.duration(Duration.ofSeconds(1), Duration.ofSeconds(20)), Duration.ofSeconds(20)),
        new AssertionProfile(
            s.value("assertion_audience", ValueType.oneOf(AssertionProfile.Audience.class),
                AssertionProfile.Audience.TOKEN_ENDPOINT),
            s.value("assertion_type", ValueType.oneOf(AssertionProfile.Type.class), AssertionProfile.Type.JWT)));
  }

  ClientCredentialsProfile minting(YamlSection s) {
    return new ClientCredentialsProfile(s.required("client", ValueType.oneOf(ClientCredentialsProfile.Client.class)),
        s.value("grant_type", TEXT, "client_credentials"), s.value("scope_parameter", TEXT, "scope"),
        s.value("scope_separator", SEPARATOR, " "));
  }

  RefreshProfile refresh(YamlSection s) {
    YamlSection signal = s.section("invalid_token");
    List<Integer> statuses = signal.list("statuses", STATUS);
    return new RefreshProfile(s.optional("endpoint", endpoint).orElse(null), s.map("parameters", TEXT),
        s.value("sends_scopes", ValueType.BOOLEAN, Boolean.FALSE),
        s.value("rotation", ValueType.oneOf(RefreshProfile.Rotation.class), RefreshProfile.Rotation.NONE),
        s.optional("grace", ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(30))).orElse(Duration.ZERO),
        s.value("invalidates_access_token", ValueType.BOOLEAN, Boolean.FALSE), s.optional("idle_lifetime", LIFETIME).orElse(null),
        s.optional("absolute_lifetime", LIFETIME).orElse(null),
        new RefreshProfile.InvalidTokenSignal(statuses.isEmpty() ? Set.of(401) : Set.copyOf(statuses),
            signal.optional("header_contains", TEXT).orElse(null), signal.optional("body", POINTER).orElse(null),
            signal.list("values", TEXT)));
  }

  RevocationProfile revocation(YamlSection s) {
    List<Integer> success = s.list("success_statuses", STATUS);
    return new RevocationProfile(s.required("endpoint", endpoint),
        s.value("method", TEXT.matching("POST, DELETE or GET", "POST|DELETE|GET"), "POST"),
        s.required("client_authentication", ValueType.oneOf(ClientAuthentication.class)),
        s.value("carrier", ValueType.oneOf(RevocationProfile.Carrier.class), RevocationProfile.Carrier.BODY),
        s.value("token_parameter", TEXT, "token"), s.value("sends_hint", ValueType.BOOLEAN, Boolean.TRUE),
        s.value("body", ValueType.oneOf(BodyForm.class), BodyForm.FORM), s.map("headers", TEXT),
        s.required("revokes", ValueType.oneOf(RevocationProfile.Revokes.class)),
        s.list("order", ValueType.oneOf(RevocationProfile.Revoked.class)), success.isEmpty() ? Set.of(200) : Set.copyOf(success),
        Set.copyOf(s.list("gone_statuses", STATUS)), s.optional("success", POINTER).orElse(null),
        s.optional("error", POINTER).orElse(null), Set.copyOf(s.list("gone_codes", TEXT)));
  }
}
