package dev.authpipe.proxy.probe;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Asks a provider, by the cheap request of its profile, whether a credential is alive. Never uses a credential for anything else and keeps
 * nothing of the answer. Blocks up to 20 s: on virtual threads only.
 */
@Singleton
public final class Probes {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int ANSWER_LIMIT = 256 * 1024;
  private final Outbound outbound;
  private final ObjectMapper mapper = JsonMapper.builder().build();

  public Probes(Outbound outbound) {
    this.outbound = outbound;
  }

  /**
   * Probes a credential that is not kept yet.
   *
   * @param apiBase     where the credential is going to be used
   * @param headerValue the value of the profile's injection header, credential included
   */
  public ProbeOutcome probe(Integration integration, URI apiBase, SecretText headerValue) {
    ApiProfile api = integration.provider().api();
    ApiProfile.Verification verification = api.verification();
    if (verification == null) {
      return new ProbeOutcome.NotOffered();
    }
    OutboundRequest request = OutboundRequest.of(verification.method(), URI.create(apiBase + verification.path()))
        .withDeadline(DEADLINE).withTls(integration.provider().tls().least())
        .withAnswerLimit(ANSWER_LIMIT).withHeader(api.injection().header(), headerValue);
    for (Map.Entry<String, String> header : api.headers().entrySet()) {
      request = request.withHeader(header.getKey(), header.getValue());
    }
    try {
      return read(verification, outbound.exchange(request));
    } catch (OutboundException noAnswer) {
      return new ProbeOutcome.Unreachable();
    }
  }

  private ProbeOutcome read(ApiProfile.Verification verification, OutboundResponse response) {
    int status = response.status();
    try (var body = response.body()) {
      String success = verification.successPointer();
      boolean alive = verification.statuses().contains(status)
          && (success == null || mapper.readTree(body.expose()).at(JsonPointer.compile(success)).asBoolean(false));
      if (alive) {
        return new ProbeOutcome.Alive();
      }
    } catch (IOException notJson) {
      return new ProbeOutcome.Unreachable();
    }
    boolean comeBack = status == 408 || status == 425 || status == 429 || status >= 500;
    return comeBack ? new ProbeOutcome.Unreachable() : new ProbeOutcome.Refused(status);
  }
}
