package dev.authpipe.proxy.config;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.clientsecret.ClientKeyView;

/**
 * A key pair of an integration in answers of the API. Never its private key.
 *
 * @param keyId      its {@code kid}: the thumbprint of the public key
 * @param version    counts the keys of the integration
 * @param state      {@code published}: it will sign; {@code signing}; or {@code ending}: it signs no more
 * @param createdAt  when it was made
 * @param signsFrom  from when on it signs
 * @param signsUntil until when; absent: until a successor takes over
 * @param goneAt     when it is destroyed
 * @param publicKey  as PEM, for providers that take it so
 */
@Introspected
record ClientKeyBody(@JsonProperty("key_id") String keyId, long version, String state,
    @JsonProperty("created_at") Instant createdAt, @JsonProperty("signs_from") Instant signsFrom,
    @JsonProperty("signs_until") @Nullable Instant signsUntil, @JsonProperty("gone_at") @Nullable Instant goneAt,
    @JsonProperty("public_key") String publicKey) {

  /**
   * The keys of an integration.
   *
   * @param data       the oldest first
   * @param nextCursor absent: there are at most 8
   * @param path       where on the connect listener the provider reads them, as a JSON Web Key Set
   */
  @Introspected
  record Page(List<ClientKeyBody> data, @Nullable String nextCursor, String path) {}

  /**
   * A key to be made.
   *
   * @param leadSeconds how long it is published before it signs, 0 to 2592000; 86400 when absent. The first key signs at once
   */
  @Introspected
  record Wanted(@JsonProperty("lead_seconds") @Nullable Long leadSeconds) {}

  static ClientKeyBody of(ClientKeyView key) {
    return new ClientKeyBody(key.keyId(), key.version(), key.state().word(), key.createdAt(), key.signsFrom(), key.signsUntil(),
        key.goneAt(), key.pem());
  }
}
