package dev.authpipe.proxy.caller;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** A remembered API key, its row checked against its MAC. Immutable but for its meter; holds a keyed hash, never the key. */
final class KnownKey {
  private final CallerOutcome.Authenticated authenticated;
  private final byte[] hash;
  private final List<IpRange> ranges;
  private final @Nullable Instant expiresAt;
  private final boolean revoked;
  private final boolean intact;
  private final KeyMeter meter;

  KnownKey(StoredKey key, boolean intact, KeyMeter meter) {
    this.authenticated = new CallerOutcome.Authenticated(key.caller());
    this.hash = key.hash();
    List<String> texts = key.ipRanges();
    this.ranges = texts == null || !intact ? List.of() : texts.stream().map(IpRange::parse).toList();
    this.expiresAt = key.expiresAt();
    this.revoked = key.revokedAt() != null;
    this.intact = intact;
    this.meter = meter;
  }

  boolean isIntact() {
    return intact;
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

  CallerOutcome.Authenticated authenticated() {
    return authenticated;
  }

  KeyMeter meter() {
    return meter;
  }
}
