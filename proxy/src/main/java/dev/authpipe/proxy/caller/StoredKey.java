package dev.authpipe.proxy.caller;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A row of {@code api_key} as it stands in the store. Must never be believed before {@link #holds}: anybody who can write SQL may have
 * changed it (S2).
 */
final class StoredKey {
  static final String KIND = "api_key";

  private final WorkspaceId workspace;
  private final ApiKeyId id;
  private final String name;
  private final byte[] hash;
  private final List<String> scopes;
  private final @Nullable List<UUID> integrations;
  private final @Nullable List<String> ipRanges;
  private final @Nullable List<String> certificates;
  private final boolean requireEndUser;
  private final @Nullable Integer callsPerMinute;
  private final @Nullable Long callsPerMonth;
  private final @Nullable Instant expiresAt;
  private final @Nullable Instant revokedAt;

  StoredKey(WorkspaceId workspace, ApiKeyId id, String name, byte[] hash, Collection<String> scopes,
      @Nullable Collection<UUID> integrations, @Nullable Collection<String> ipRanges, @Nullable Collection<String> certificates,
      boolean requireEndUser, @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {
    this.workspace = workspace;
    this.id = id;
    this.name = name;
    this.hash = hash.clone();
    this.scopes = List.copyOf(scopes);
    this.integrations = integrations == null ? null : List.copyOf(integrations);
    this.ipRanges = ipRanges == null ? null : List.copyOf(ipRanges);
    this.certificates = certificates == null ? null : List.copyOf(certificates);
    this.requireEndUser = requireEndUser;
    this.callsPerMinute = callsPerMinute;
    this.callsPerMonth = callsPerMonth;
    this.expiresAt = expiresAt;
    this.revokedAt = revokedAt;
  }

  static StoredKey of(WorkspaceId workspace, ApiKeyId id, byte[] hash, ApiKeyRequest request) {
    return new StoredKey(workspace, id, request.name(), hash, request.scopes().stream().map(Scope::word).sorted().toList(),
        request.integrations().isEmpty() ? null : request.integrations().stream().map(IntegrationId::value).sorted().toList(),
        request.ipRanges().isEmpty() ? null : request.ipRanges(),
        request.certificates().isEmpty() ? null : request.certificates(), request.requireEndUser(), request.callsPerMinute(),
        request.callsPerMonth(), request.expiresAt(), null);
  }

  StoredKey revoked(Instant at) {
    return new StoredKey(workspace, id, name, hash, scopes, integrations, ipRanges, certificates, requireEndUser, callsPerMinute,
        callsPerMonth,
        expiresAt, at);
  }

  /** What is left of this key under a rule; what the rule says beyond the key changes nothing. */
  StoredKey under(Feed.ApiKey rule) {
    List<String> kept = scopes.stream().filter(rule.scopes()::contains).toList();
    List<IntegrationId> only = rule.integrations();
    List<UUID> left = integrations;
    if (only != null) {
      left = only.stream().map(IntegrationId::value).filter(id -> integrations == null || integrations.contains(id)).toList();
    }
    return new StoredKey(workspace, id, name, hash, kept, left, ipRanges, certificates, requireEndUser,
        least(callsPerMinute, rule.callsPerMinute()), least(callsPerMonth, rule.callsPerMonth()),
        least(expiresAt, rule.expiresAt()), revokedAt);
  }

  /** Whether nothing can be done with it: no integration is left, which must not be read as all. */
  boolean isEmptied() {
    return integrations != null && integrations.isEmpty();
  }

  private static <T extends Comparable<T>> @Nullable T least(@Nullable T one, @Nullable T other) {
    return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
  }

  /** The MAC over everything that grants. */
  byte[] mac(DeploymentKeys keys) {
    return keys.authorityMac(KIND, canonical());
  }

  boolean holds(DeploymentKeys keys, byte[] mac) {
    return keys.authorityMacHolds(KIND, canonical(), mac);
  }

  /** Columns that came later stand at the end, and only where they hold something: rows of before keep their MAC. */
  private byte[] canonical() {
    CanonicalRow row = new CanonicalRow().id(workspace.value()).id(id.value()).binary(hash).texts(scopes).ids(integrations)
        .texts(ipRanges)
        .flag(requireEndUser).number(callsPerMinute == null ? null : Long.valueOf(callsPerMinute.longValue()))
        .number(callsPerMonth)
        .time(expiresAt).time(revokedAt);
    return certificates == null ? row.bytes() : row.texts(certificates).bytes();
  }

  Caller caller() {
    Set<Scope> known = scopes.stream().flatMap(word -> Scope.of(word).stream()).collect(Collectors.toSet());
    return new Caller(workspace, id, known, integrationIds(), requireEndUser);
  }

  ApiKeyView view(Instant createdAt, boolean intact) {
    Caller caller = caller();
    return new ApiKeyView(id, name, caller.scopes(), caller.integrations(), ipRanges == null ? List.of() : ipRanges,
        certificates == null ? List.of() : certificates, requireEndUser,
        callsPerMinute, callsPerMonth, createdAt, expiresAt, revokedAt, intact);
  }

  private Set<IntegrationId> integrationIds() {
    return integrations == null
        ? Set.of()
        : integrations.stream().map(IntegrationId::new).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  WorkspaceId workspace() {
    return workspace;
  }

  ApiKeyId id() {
    return id;
  }

  String name() {
    return name;
  }

  byte[] hash() {
    return hash.clone();
  }

  List<String> scopes() {
    return scopes;
  }

  @Nullable
  List<UUID> integrations() {
    return integrations;
  }

  @Nullable
  List<String> ipRanges() {
    return ipRanges;
  }

  @Nullable
  List<String> certificates() {
    return certificates;
  }

  boolean requireEndUser() {
    return requireEndUser;
  }

  @Nullable
  Integer callsPerMinute() {
    return callsPerMinute;
  }

  @Nullable
  Long callsPerMonth() {
    return callsPerMonth;
  }

  @Nullable
  Instant expiresAt() {
    return expiresAt;
  }

  @Nullable
  Instant revokedAt() {
    return revokedAt;
  }
}
