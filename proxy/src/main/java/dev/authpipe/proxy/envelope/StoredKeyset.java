package dev.authpipe.proxy.envelope;

import java.util.Arrays;

/** A wrapped keyset as its row has it; holds nothing unwrapped. */
final class StoredKeyset {
  private final int version;
  private final String kekName;
  private final byte[] wrapped;
  private final boolean active;

  StoredKeyset(int version, String kekName, byte[] wrapped, boolean active) {
    this.version = version;
    this.kekName = kekName;
    this.wrapped = wrapped;
    this.active = active;
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

  /** Whether the other is the same keyset in the same wrapping. */
  boolean isWrappedAs(StoredKeyset other) {
    return version == other.version && kekName.equals(other.kekName) && Arrays.equals(wrapped, other.wrapped);
  }
}
