package dev.authpipe.wire;

/** Who the proxy is from now on, and the public Ed25519 key (raw, in hexadecimal) that commands are signed with. */
public record EnrolmentAnswer(int v, DataPlaneId dataPlane, String commandKey) implements Document {
  /** Validates. */
  public EnrolmentAnswer {
    Rule.version(v);
    Rule.hex(commandKey, 32);
  }
}
