package dev.authpipe.testkit.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;

/** The token endpoint (RFC 6749, section 3.2) and the revocation endpoint (RFC 7009): both take an authenticated client's form. */
final class TokenEndpoint {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final ClientRegistry clients;
  private final Grants grants;
  private final Script script;
  private final Observations observations;
  private final Endpoints endpoints;

  TokenEndpoint(ClientRegistry clients, Grants grants, Script script, Observations observations, Endpoints endpoints) {
    this.clients = clients;
    this.grants = grants;
    this.script = script;
    this.observations = observations;
    this.endpoints = endpoints;
  }

  void token(Exchange exchange) throws IOException {
    var form = form(exchange);
    var call = switch (form.all("grant_type").stream().findFirst().orElse("")) {
      case "authorization_code" -> Call.EXCHANGE;
      case "refresh_token" -> Call.REFRESH;
      default -> Call.OTHER_GRANT;
    };
    observations.arrived(call);
    observations.tokenCallStarted();
    try {
      Player.play(script.take(call), exchange, () -> {
        try {
          return Json.answer(200, grant(call, form, authenticate(exchange, form)));
        } catch (OAuthRefusal refusal) {
          return refusal.toAnswer();
        }
      });
    } finally {
      observations.tokenCallEnded();
    }
  }

  void revoke(Exchange exchange) throws IOException {
    var form = form(exchange);
    observations.arrived(Call.REVOKE);
    Player.play(script.take(Call.REVOKE), exchange, () -> {
      try {
        var client = authenticate(exchange, form);
        grants.revoke(ConcealedText.of(form.required("token")), client);
        return Answer.of(200);
      } catch (OAuthRefusal refusal) {
        return refusal.toAnswer();
      }
    });
  }

  private JsonNode grant(Call call, FormParameters form, RegisteredClient client) {
    return switch (call) {
      case EXCHANGE -> grants.exchange(ConcealedText.of(form.required("code")), client, form.required("redirect_uri"),
          ConcealedText.of(form.required("code_verifier")));
      case REFRESH -> grants.refresh(ConcealedText.of(form.required("refresh_token")), client);
      default -> {
        if (!form.all("grant_type").equals(List.of("client_credentials"))) {
          throw OAuthRefusal.of("unsupported_grant_type", "only authorization_code, refresh_token and client_credentials");
        }
        yield grants.mint(client, form.single("scope").map(text -> List.of(text.split(" "))).orElse(List.of()));
      }
    };
  }

  private RegisteredClient authenticate(Exchange exchange, FormParameters form) {
    return clients.authenticate(exchange.request(), form, endpoints.issuer(), endpoints.token());
  }

  /** The form of a POST; anything else is treated as an empty one, which the checks that follow refuse. */
  static FormParameters form(Exchange exchange) throws IOException {
    var request = exchange.request();
    var isForm = request.method().equals("POST")
        && request.header("Content-Type").filter(type -> type.toLowerCase(Locale.ROOT).startsWith(FORM)).isPresent();
    var body = exchange.bodyText();
    return FormParameters.parse(isForm ? body : "");
  }
}
