package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.proxy.egress.RetryAfter;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretText;

/** Sends one revocation in the manner of the profile and reads what came of it. Never takes silence for a confirmation. */
final class Revoking {
  private final Outbound outbound;
  private final Clock clock;
  private final Assertions assertions;

  Revoking(Outbound outbound, Clock clock, Assertions assertions) {
    this.outbound = outbound;
    this.clock = clock;
    this.assertions = assertions;
  }

  RevocationOutcome revoke(Integration integration, RevocationProfile profile, java.util.Map<String, String> params,
      SecretText tokenToRevoke, RevocationProfile.Revoked kind, ClientProof proof) {
    URI endpoint = profile.endpoint().resolve(integration.templateValues(params));
    OAuthRequest request = new OAuthRequest(integration, profile.method(), endpoint).form(profile.bodyForm());
    boolean bearer = profile.carrier() == RevocationProfile.Carrier.BEARER;
    if (!(bearer && profile.clientAuthentication() == ClientAuthentication.NONE)) {
      request.authenticated(profile.clientAuthentication(), proof, assertions, params);
    }
    if (bearer) {
      request.header("Authorization", SecretText.of("Bearer " + tokenToRevoke.expose()));
    } else {
      request.parameter(profile.tokenParameter(), tokenToRevoke);
    }
    if (profile.sendsHint()) {
      request.parameter("token_type_hint", SecretText.of(kind.name().toLowerCase(Locale.ROOT)));
    }
    try {
      return read(profile, outbound.exchange(request.headers(profile.headers()).build(OutboundRequest.DEADLINE)));
    } catch (OutboundException failure) {
      return new RevocationOutcome.Retry(failure.failure().name().toLowerCase(Locale.ROOT), 0, Optional.empty());
    }
  }

  private RevocationOutcome read(RevocationProfile profile, OutboundResponse response) {
    int status = response.status();
    try (var body = response.body()) {
      if (profile.goneStatuses().contains(status)) {
        return new RevocationOutcome.Confirmed(status);
      }
      boolean success = profile.successStatuses().contains(status);
      if (success && profile.successPointer() == null) {
        return new RevocationOutcome.Confirmed(status);
      }
      try (JsonAnswer answer = JsonAnswer.read(body)) {
        return read(profile, response, answer, success);
      } catch (MalformedAnswerException noJson) {
        return withoutAnswer(response, RegisteredErrors.FALLBACK);
      }
    }
  }

  private RevocationOutcome read(RevocationProfile profile, OutboundResponse response, JsonAnswer answer, boolean success) {
    String successPointer = profile.successPointer();
    if (success && successPointer != null && answer.isTrue(successPointer)) {
      return new RevocationOutcome.Confirmed(response.status());
    }
    String errorPointer = profile.errorPointer();
    Optional<String> code = errorPointer == null ? Optional.empty() : answer.text(errorPointer);
    if (code.isPresent() && profile.goneCodes().contains(code.get())) {
      return new RevocationOutcome.Confirmed(response.status());
    }
    return withoutAnswer(response, RegisteredErrors.reduce(code.orElse(null), java.util.Map.of()));
  }

  private RevocationOutcome withoutAnswer(OutboundResponse response, String code) {
    int status = response.status();
    if (TokenAnswerReader.isTransient(status) || code.equals("temporarily_unavailable") || code.equals("server_error")) {
      return new RevocationOutcome.Retry(code, status,
          response.header("retry-after").flatMap(value -> RetryAfter.parse(value, clock.instant())));
    }
    return new RevocationOutcome.Refused(code, status);
  }
}
