package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.authpipe.proxy.catalog.AccountProfile;
import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.EndpointTemplate;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.proxy.secret.SecretText;

/** Asks a provider who granted, with the access token just granted. Never believes anything that passed through a browser. */
final class ProviderReader {
  private static final int LONGEST = 512;
  private static final int ANSWER_LIMIT = 256 * 1024;
  private static final Set<ProviderParameter.Use> IN_ADDRESS = EnumSet.of(ProviderParameter.Use.OAUTH_HOST,
      ProviderParameter.Use.OAUTH_PATH, ProviderParameter.Use.API_HOST, ProviderParameter.Use.API_PATH);
  private final Outbound outbound;

  ProviderReader(Outbound outbound) {
    this.outbound = outbound;
  }

  AccountOutcome account(Integration integration, Map<String, String> params, TokenGrant grant) {
    AccountProfile profile = integration.provider().account();
    if (profile == null) {
      return new AccountOutcome.NotOffered();
    }
    EndpointTemplate endpoint = profile.endpoint();
    return endpoint == null
        ? account(integration, params, profile, grant::fact)
        : ask(integration, params, profile, endpoint, injected(integration, grant.accessToken()));
  }

  AccountOutcome account(Integration integration, Map<String, String> params, SecretText headerValue) {
    AccountProfile profile = integration.provider().account();
    EndpointTemplate endpoint = profile == null ? null : profile.endpoint();
    return profile == null || endpoint == null
        ? new AccountOutcome.NotOffered()
        : ask(integration, params, profile, endpoint, headerValue);
  }

  private AccountOutcome ask(Integration integration, Map<String, String> params, AccountProfile profile,
      EndpointTemplate endpoint,
      SecretText headerValue) {
    OutboundResponse response;
    try {
      response = get(integration, endpoint.resolve(integration.templateValues(params)), profile.headers(), headerValue);
    } catch (OutboundException failure) {
      return new AccountOutcome.Failed("unreachable", 0);
    }
    try (var body = response.body()) {
      if (response.status() != 200) {
        return new AccountOutcome.Failed("refused", response.status());
      }
      try (JsonAnswer answer = JsonAnswer.read(body)) {
        String success = profile.successPointer();
        return success == null || answer.isTrue(success)
            ? account(integration, params, profile, answer::text)
            : new AccountOutcome.Failed("refused", response.status());
      }
    } catch (MalformedAnswerException malformed) {
      return new AccountOutcome.Failed("malformed", response.status());
    }
  }

  private static AccountOutcome account(Integration integration, Map<String, String> params, AccountProfile profile,
      Function<String, Optional<String>> values) {
    List<String> parts = profile.identifierPointers().stream().flatMap(pointer -> values.apply(pointer).stream())
        .filter(part -> !part.isBlank()).toList();
    String identifier = String.join("/", Stream.concat(within(integration, params), parts.stream()).toList());
    if (parts.isEmpty() || identifier.length() > LONGEST) {
      return new AccountOutcome.Failed("malformed", 200);
    }
    String label = profile.labelPointers().stream().flatMap(pointer -> values.apply(pointer).stream())
        .filter(text -> !text.isBlank() && text.length() <= LONGEST).findFirst().orElse(null);
    return new AccountOutcome.Found(identifier, label);
  }

  /** Where connections name the place, an account is one of that place: two tenants may both have an account 1. */
  private static Stream<String> within(Integration integration, Map<String, String> params) {
    return integration.provider().parameters().stream()
        .filter(p -> p.setBy() != ProviderParameter.SetBy.OPERATOR && p.uses().stream().anyMatch(IN_ADDRESS::contains))
        .map(p -> integration.templateValues(params).get(p.name())).filter(Objects::nonNull);
  }

  ProofOutcome prove(Integration integration, Map<String, String> params, AuthorizeProfile.Proof proof, SecretText accessToken,
      String value) {
    OutboundResponse response;
    try {
      response = get(integration, proof.endpoint().resolve(integration.templateValues(params)), Map.of(),
          injected(integration, accessToken));
    } catch (OutboundException failure) {
      return ProofOutcome.UNAVAILABLE;
    }
    try (var body = response.body()) {
      if (response.status() != 200) {
        return TokenAnswerReader.isTransient(response.status()) ? ProofOutcome.UNAVAILABLE : ProofOutcome.NOT_PROVEN;
      }
      try (JsonAnswer answer = JsonAnswer.read(body)) {
        for (int i = 0; answer.leaf(proof.listPointer() + "/" + i).isPresent(); i++) {
          if (answer.text(proof.listPointer() + "/" + i + proof.memberPointer()).filter(value::equals).isPresent()) {
            return ProofOutcome.PROVEN;
          }
        }
        return ProofOutcome.NOT_PROVEN;
      }
    } catch (MalformedAnswerException malformed) {
      return ProofOutcome.UNAVAILABLE;
    }
  }

  private static SecretText injected(Integration integration, SecretText accessToken) {
    var injection = integration.provider().api().injection();
    return SecretText.of(injection.before() + accessToken.expose() + injection.after());
  }

  private OutboundResponse get(Integration integration, URI address, Map<String, String> headers, SecretText headerValue)
      throws OutboundException {
    OutboundRequest request = OutboundRequest.of("GET", address).withAnswerLimit(ANSWER_LIMIT)
        .withTls(integration.provider().tls().least())
        .withHeader(integration.provider().api().injection().header(), headerValue);
    if (headers.keySet().stream().noneMatch("accept"::equalsIgnoreCase)) {
      request = request.withHeader("Accept", "application/json");
    }
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request = request.withHeader(header.getKey(), header.getValue());
    }
    return outbound.exchange(request);
  }
}
