package dev.authpipe.wire;

/** Asks to be enrolled: a proof of knowing the code, never the code. */
public record Enrolment(int v, String codeProof, String software) implements Document {
  /** Validates. */
  public Enrolment {
    Rule.version(v);
    Rule.hex(codeProof, 32);
    Rule.text(software, 100);
  }
}
