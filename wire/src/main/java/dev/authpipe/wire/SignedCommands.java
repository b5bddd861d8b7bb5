package dev.authpipe.wire;

import java.util.List;

/** Commands on their way, at most 100. The payload is what was signed, letter for letter. */
public record SignedCommands(int v, List<Signed> commands) implements Document {
  /** Validates and copies. */
  public SignedCommands {
    Rule.version(v);
    commands = List.copyOf(commands);
    Rule.holds(commands.size() <= 100, "too many commands");
  }

  /** The canonical JSON of a {@link Command} and the Ed25519 signature over it in hexadecimal. */
  public record Signed(String payload, String signature) {
    /** Validates. */
    public Signed {
      Rule.text(payload, 2_048);
      Rule.hex(signature, 64);
    }
  }
}
