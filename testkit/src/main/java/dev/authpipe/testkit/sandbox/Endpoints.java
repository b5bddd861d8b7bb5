package dev.authpipe.testkit.sandbox;

import java.net.URI;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.http.Answer;

/** The provider's addresses, and the metadata document that announces them (RFC 8414). */
final class Endpoints {

  static final String METADATA = "/.well-known/oauth-authorization-server";
  static final String AUTHORIZE = "/authorize";
  static final String DECISION = "/authorize/decision";
  static final String STYLE = "/authorize/style.css";
  static final String PAR = "/par";
  static final String TOKEN = "/token";
  static final String REVOKE = "/revoke";
  static final String USERINFO = "/userinfo";
  static final String API = "/api";

  private final URI origin;

  Endpoints(URI origin) {
    this.origin = origin;
  }

  /** The issuer identifier: the origin without a slash at its end. */
  String issuer() {
    return origin.toString();
  }

  String token() {
    return at(TOKEN).toString();
  }

  URI at(String path) {
    return URI.create(origin + path);
  }

  Answer metadata(AuthorizationServerSettings settings) {
    var body = Json.object().put("issuer", issuer()).put("authorization_endpoint", at(AUTHORIZE).toString())
        .put("token_endpoint", token())
        .put("revocation_endpoint", at(REVOKE).toString()).put("userinfo_endpoint", at(USERINFO).toString())
        .put("pushed_authorization_request_endpoint", at(PAR).toString())
        .put("require_pushed_authorization_requests", settings.parRequired())
        .put("authorization_response_iss_parameter_supported", settings.issuerInCallback());
    body.set("response_types_supported", list("code"));
    body.set("response_modes_supported", list("query"));
    body.set("grant_types_supported", list("authorization_code", "refresh_token"));
    body.set("code_challenge_methods_supported", list("S256"));
    body.set("token_endpoint_auth_methods_supported",
        list("client_secret_basic", "client_secret_post", "private_key_jwt", "none"));
    body.set("token_endpoint_auth_signing_alg_values_supported", list("RS256", "PS256", "ES256"));
    return Answer.json(200, Json.write(body));
  }

  private static JsonNode list(String... values) {
    var list = Json.array();
    for (var value : values) {
      list.add(value);
    }
    return list;
  }
}
