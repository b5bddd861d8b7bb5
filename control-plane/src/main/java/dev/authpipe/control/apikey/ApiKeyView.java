package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyRequestId;

/**
 * What is known of an API key; neither the key nor a hash of it.
 *
 * @param id             {@code key_…}
 * @param requestId      the request it came of; left out: it was made at the proxy by command, and its caps are known there only
 * @param name           what people call it
 * @param scopes         what it may do
 * @param integrations   which it may use; left out: all
 * @param callsPerMinute most calls a minute; left out: no cap
 * @param callsPerMonth  most calls a month; left out: no cap
 * @param expiresAt      when it ends; left out: never
 * @param requireEndUser whether each call has to name the end user
 * @param status         {@code active}, {@code disabled} or {@code revoked}
 * @param version        counts its changes
 * @param createdAt      when it was made
 * @param reportedAt     when a proxy last told of it
 */
@Introspected
@Schema(name = "ApiKey")
record ApiKeyView(String id, @Nullable String requestId, String name, List<String> scopes, @Nullable List<String> integrations,
    @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt, boolean requireEndUser,
    String status, long version, Instant createdAt, Instant reportedAt) {

  static ApiKeyView of(KnownKey key) {
    Terms terms = key.terms();
    ApiKeyRequestId request = key.request();
    return new ApiKeyView(key.id().toString(), request == null ? null : request.toString(), key.name(), terms.scopes(),
        KeyRequestView.texts(terms.integrations()), terms.callsPerMinute(), terms.callsPerMonth(), terms.expiresAt(),
        key.requireEndUser(), status(key), key.version(), key.createdAt(), key.reportedAt());
  }

  private static String status(KnownKey key) {
    if (key.revoked()) {
      return "revoked";
    }
    return key.disabled() ? "disabled" : "active";
  }
}
