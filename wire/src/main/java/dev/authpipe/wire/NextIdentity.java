package dev.authpipe.wire;

/** Announces, over the present identity, the one that follows. */
public record NextIdentity(int v, String next) implements Document {
  /** Validates. */
  public NextIdentity {
    Rule.version(v);
    Rule.hex(next, 32);
  }
}
