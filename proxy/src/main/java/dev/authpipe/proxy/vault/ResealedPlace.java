package dev.authpipe.proxy.vault;

import java.util.Arrays;

import dev.authpipe.proxy.envelope.KeyId;

/** A credential that is sealed under another key than it was read under. */
final class ResealedPlace {
  private final CredentialPlace place;
  private final byte[] head;
  private final byte[] after;

  ResealedPlace(SealedPlace before, byte[] after) {
    this.place = before.place();
    this.head = Arrays.copyOf(before.sealed(), KeyId.HEAD_BYTES);
    this.after = after;
  }

  CredentialPlace place() {
    return place;
  }

  /** How what was read begins, which nothing else does. */
  byte[] head() {
    return head;
  }

  byte[] after() {
    return after;
  }
}
