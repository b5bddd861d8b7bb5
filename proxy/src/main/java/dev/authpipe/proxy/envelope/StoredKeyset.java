package dev.authpipe.proxy.envelope;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** A wrapped keyset as its row has it; holds nothing unwrapped. */
final class StoredKeyset {
  private final int version;
  private final String kekName;
  private final byte[] wrapped;
  private final boolean active;
  private final byte @Nullable [] mac;

  /** One that is bound to no place yet. */
  StoredKeyset(int version, String kekName, byte[] wrapped, boolean active) {
    this(version, kekName, wrapped, active, null);
  }

  StoredKeyset(int version, String kekName, byte[] wrapped, boolean active, byte @Nullable [] mac) {
    this.version = version;
    this.kekName = kekName;
    this.wrapped = wrapped;
    this.active = active;
    this.mac = mac;
  }

  int version() {
    return version;
  }

  String kekName() {
    return kekName;
  }

  byte[] wrapped() {
    return wrapped;
  }

  /** Whether records are sealed with it; others only open. */
  boolean active() {
    return active;
  }

  /** What binds it to its workspace and its KEK; null: nothing does. */
  byte @Nullable [] mac() {
    return mac;
  }

  /** The same keyset in another wrapping, which nothing binds yet. */
  StoredKeyset rewrapped(String by, byte[] bytes) {
    return new StoredKeyset(version, by, bytes, active);
  }

  StoredKeyset bound(byte[] by) {
    return new StoredKeyset(version, kekName, wrapped, active, by);
  }

  /** Whether the other is the same keyset in the same wrapping. */
  boolean isWrappedAs(StoredKeyset other) {
    return version == other.version && kekName.equals(other.kekName) && Arrays.equals(wrapped, other.wrapped);
  }
}
