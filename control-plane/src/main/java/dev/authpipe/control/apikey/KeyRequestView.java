package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/**
 * A request for an API key as members see it.
 *
 * @param id             {@code kreq_…}
 * @param name           what people call it
 * @param scopes         what the key may do
 * @param integrations   which it may use; left out: all
 * @param callsPerMinute most calls a minute; left out: no cap
 * @param callsPerMonth  most calls a month; left out: no cap
 * @param expiresAt      when it ends; left out: never
 * @param requireEndUser whether each call has to name the end user
 * @param status         {@code waiting} or {@code made}
 * @param keyId          id of the key that came of it
 * @param command        what to run at the proxy while it waits; the key is shown there, once
 * @param requestedBy    random id of who asked
 * @param createdAt      when
 */
@Introspected
@Schema(name = "ApiKeyRequest")
record KeyRequestView(String id, String name, List<String> scopes, @Nullable List<String> integrations,
    @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt, boolean requireEndUser,
    String status, @Nullable String keyId, @Nullable String command, String requestedBy, Instant createdAt) {

  static KeyRequestView of(KeyRequest request) {
    Terms terms = request.terms();
    boolean waiting = request.made() == null;
    return new KeyRequestView(request.id().toString(), request.name(), terms.scopes(), texts(terms.integrations()),
        terms.callsPerMinute(), terms.callsPerMonth(), terms.expiresAt(), request.requireEndUser(), waiting ? "waiting" : "made",
        waiting ? null : String.valueOf(request.made()), waiting ? "bin/authpipe approve" : null, request.person().toString(),
        request.createdAt());
  }

  static @Nullable List<String> texts(@Nullable List<IntegrationId> ids) {
    return ids == null ? null : ids.stream().map(IntegrationId::toString).toList();
  }
}
