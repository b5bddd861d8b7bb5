package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.util.URLUtils;

import dev.authpipe.proxy.catalog.BodyForm;
import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * One request to an OAuth endpoint with client authentication, in the making. Never sent twice. Not thread-safe.
 */
final class OAuthRequest {
  private final Integration integration;
  private final String method;
  private final URI endpoint;
  private final Map<String, SecretText> parameters = new LinkedHashMap<>();
  private final Map<String, SecretText> headers = new LinkedHashMap<>();
  private BodyForm form = BodyForm.FORM;

  OAuthRequest(Integration integration, String method, URI endpoint) {
    this.integration = integration;
    this.method = method;
    this.endpoint = endpoint;
    headers.put("Accept", SecretText.of("application/json"));
  }

  OAuthRequest form(BodyForm value) {
    form = value;
    return this;
  }

  OAuthRequest headers(Map<String, String> fixed) {
    fixed.forEach((name, value) -> header(name, SecretText.of(value)));
    return this;
  }

  OAuthRequest header(String name, SecretText value) {
    headers.keySet().removeIf(present -> present.equalsIgnoreCase(name));
    headers.put(name, value);
    return this;
  }

  OAuthRequest parameter(String name, SecretText value) {
    parameters.put(name, value);
    return this;
  }

  /**
   * Adds client authentication, with a fresh assertion where the client has a key; a proof that lacks what the manner needs is a mistake of the
   * caller.
   *
   * @param params of the connection, for the audience of an assertion
   */
  OAuthRequest authenticated(ClientAuthentication manner, ClientProof proof, Assertions assertions, Map<String, String> params) {
    switch (manner) {
      case CLIENT_SECRET_BASIC -> header("Authorization", SecretText
          .of(new ClientSecretBasic(new ClientID(integration.clientId()), new Secret(proof.requireSecret().expose()))
              .toHTTPAuthorizationHeader()));
      case CLIENT_SECRET_POST -> {
        parameter("client_id", SecretText.of(integration.clientId()));
        parameter("client_secret", SecretText.of(proof.requireSecret().expose()));
      }
      case PRIVATE_KEY_JWT -> {
        parameter("client_id", SecretText.of(integration.clientId()));
        parameter("client_assertion_type", SecretText.of(Assertions.TYPE));
        parameter("client_assertion", assertions.sign(integration, params, proof.requireKey()));
      }
      case NONE -> parameter("client_id", SecretText.of(integration.clientId()));
    }
    return this;
  }

  OutboundRequest build(Duration deadline) {
    OutboundRequest request = OutboundRequest.of(method, endpoint).withDeadline(deadline)
        .withTls(integration.provider().tls().least());
    for (Map.Entry<String, SecretText> header : headers.entrySet()) {
      request = request.withHeader(header.getKey(), header.getValue());
    }
    if (parameters.isEmpty()) {
      return request;
    }
    return form == BodyForm.JSON
        ? request.withBody("application/json", SecretBytes.taking(json().getBytes(StandardCharsets.UTF_8)))
        : request.withForm(SecretText.of(form()));
  }

  private String form() {
    Map<String, List<String>> multi = new LinkedHashMap<>();
    parameters.forEach((name, value) -> multi.put(name, List.of(value.expose())));
    return URLUtils.serializeParameters(multi);
  }

  private String json() {
    JsonStringEncoder encoder = JsonStringEncoder.getInstance();
    StringJoiner members = new StringJoiner(",", "{", "}");
    parameters.forEach((name, value) -> members
        .add('"' + new String(encoder.quoteAsString(name)) + "\":\"" + new String(encoder.quoteAsString(value.expose())) + '"'));
    return members.toString();
  }
}
