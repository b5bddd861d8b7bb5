package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;

/** Pushes an authorization request (RFC 9126) and makes the short address that refers to it. Never falls back to a long one. */
final class PushedRequest {
  private final Outbound outbound;

  PushedRequest(Outbound outbound) {
    this.outbound = outbound;
  }

  AuthorizationOutcome push(OutboundRequest request, URI endpoint, Integration integration) {
    OutboundResponse response;
    try {
      response = outbound.exchange(request);
    } catch (OutboundException failure) {
      return new AuthorizationOutcome.Unavailable(failure.failure().name().toLowerCase(Locale.ROOT));
    }
    try (var body = response.body(); JsonAnswer answer = JsonAnswer.read(body)) {
      if (TokenAnswerReader.isTransient(response.status())) {
        return new AuthorizationOutcome.Unavailable("temporarily_unavailable");
      }
      if (response.status() >= 400) {
        return new AuthorizationOutcome.Refused(RegisteredErrors.reduce(answer.text("/error").orElse(null), Map.of()),
            response.status());
      }
      Optional<String> reference = answer.text("/request_uri").filter(uri -> uri.matches("[\\x21-\\x7E]{1,2048}"));
      if (response.status() / 100 != 2 || answer.duplicateKeys() || reference.isEmpty()) {
        return new AuthorizationOutcome.Unavailable("malformed");
      }
      Map<String, String> query = new LinkedHashMap<>();
      query.put(integration.provider().requireAuthorize().clientIdParameter(), integration.clientId());
      query.put("request_uri", reference.get());
      return new AuthorizationOutcome.Ready(AuthorizationQuery.address(endpoint, query));
    } catch (MalformedAnswerException malformed) {
      return new AuthorizationOutcome.Unavailable(malformed.reason());
    }
  }
}
