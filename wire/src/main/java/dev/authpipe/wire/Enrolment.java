package dev.authpipe.wire;

/** Asks to be enrolled: a proof of knowing the code, never the code, and the public key that signs checkpoints, in note form. */
public record Enrolment(int v, String codeProof, String software, String checkpointKey) implements Document {
  /** Validates. */
  public Enrolment {
    Rule.version(v);
    Rule.hex(codeProof, 32);
    Rule.text(software, 100);
    Rule.text(checkpointKey, 400);
  }
}
