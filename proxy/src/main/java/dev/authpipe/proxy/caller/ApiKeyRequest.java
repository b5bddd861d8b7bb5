package dev.authpipe.proxy.caller;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/**
 * What an API key is to grant. Must name at least one scope; nothing is granted by default.
 *
 * @param name           for people, 1 to 100 characters
 * @param scopes         what it may do
 * @param integrations   what it may use; empty: every integration of the workspace, future ones too
 * @param ipRanges       addresses it is good from, in CIDR form; empty: any
 * @param certificates   SHA-256 thumbprints in base64url of the client certificates it is bound to, one of which each of its calls must prove
 *                       (RFC 8705 section 3.1); empty: none
 * @param requireEndUser whether it must name the end user of each connection it uses (S32)
 * @param callsPerMinute limit per replica and minute; null: none
 * @param callsPerMonth  limit per calendar month (UTC) over all replicas; null: none
 * @param expiresAt      end of validity; null: none
 */
public record ApiKeyRequest(String name, Set<Scope> scopes, Set<IntegrationId> integrations, List<String> ipRanges,
    List<String> certificates, boolean requireEndUser, @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth,
    @Nullable Instant expiresAt) {
  private static final int MOST_CERTIFICATES = 10;

  /** Checks every part; throws {@link IllegalArgumentException} with a sentence that names the wrong one. */
  public ApiKeyRequest {
    scopes = Set.copyOf(scopes);
    integrations = Set.copyOf(integrations);
    ipRanges = List.copyOf(ipRanges);
    certificates = List.copyOf(certificates);
    if (name.isBlank() || name.length() > 100) {
      throw new IllegalArgumentException("the name has 1 to 100 characters");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("at least one scope is needed");
    }
    if (ipRanges.size() > 100 || integrations.size() > 1_000) {
      throw new IllegalArgumentException("too many integrations or address ranges");
    }
    ipRanges.forEach(IpRange::parse);
    if (certificates.size() > MOST_CERTIFICATES || !certificates.stream().allMatch(one -> one.matches("[A-Za-z0-9_-]{43}"))) {
      throw new IllegalArgumentException(
          "a key is bound to at most " + MOST_CERTIFICATES + " certificates, by their thumbprints");
    }
    if ((callsPerMinute != null && callsPerMinute < 1) || (callsPerMonth != null && callsPerMonth < 1)) {
      throw new IllegalArgumentException("a limit is at least 1");
    }
  }

  /** A request for a key that is bound to no certificate. */
  public ApiKeyRequest(String name, Set<Scope> scopes, Set<IntegrationId> integrations, List<String> ipRanges,
      boolean requireEndUser, @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt) {
    this(name, scopes, integrations, ipRanges, List.of(), requireEndUser, callsPerMinute, callsPerMonth, expiresAt);
  }
}
