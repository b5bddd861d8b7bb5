package dev.authpipe.proxy.caller;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.Feed;

/** A remembered API key, its row checked against its MAC. Immutable but for its meter; holds a keyed hash, never the key. */
final class KnownKey {
  private final CallerOutcome.Authenticated authenticated;
  private final byte[] hash;
  private final List<IpRange> ranges;
  private final List<String> certificates;
  private final @Nullable Instant expiresAt;
  private final boolean revoked;
  private final boolean intact;
  private final KeyMeter meter;
  private final Feed.@Nullable ApiKey rule;
  private final boolean disabled;

  /** @param rule what a control plane took away from the key, which already counts in it; null: nothing */
  KnownKey(StoredKey key, boolean intact, KeyMeter meter, Feed.@Nullable ApiKey rule) {
    this.rule = rule;
    this.disabled = key.isEmptied() || (rule != null && rule.disabled());
    this.authenticated = new CallerOutcome.Authenticated(key.caller());
    this.hash = key.hash();
    List<String> texts = key.ipRanges();
    this.ranges = texts == null || !intact ? List.of() : texts.stream().map(IpRange::parse).toList();
    List<String> bound = key.certificates();
    this.certificates = bound == null ? List.of() : bound;
    this.expiresAt = key.expiresAt();
    this.revoked = key.revokedAt() != null;
    this.intact = intact;
    this.meter = meter;
  }

  boolean isIntact() {
    return intact;
  }

  /** Whether this is still the key under this rule. */
  boolean isUnder(Feed.@Nullable ApiKey present) {
    return Objects.equals(rule, present);
  }

  boolean isDisabled() {
    return disabled;
  }

  boolean hashIs(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  boolean isRevoked() {
    return revoked;
  }

  boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  boolean isGoodFrom(InetAddress remote) {
    return ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(remote));
  }

  /** @param certificate the thumbprint that the handshake proved; null: none */
  boolean isGoodWith(@Nullable String certificate) {
    return certificates.isEmpty() || (certificate != null && certificates.contains(certificate));
  }

  CallerOutcome.Authenticated authenticated() {
    return authenticated;
  }

  KeyMeter meter() {
    return meter;
  }
}
