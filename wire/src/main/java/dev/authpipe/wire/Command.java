package dev.authpipe.wire;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The payload of a command, always signed as a text of its own. The kind stays text so that an unknown one is refused after the signature,
 * the sequence and the expiry have been looked at. Never an instruction to hand anything out.
 */
public record Command(int v, DataPlaneId dataPlane, long seq, CommandId id, String kind, WorkspaceId workspace, String target,
    Instant issuedAt, Instant expiresAt) implements Document {
  /** What goes before the payload under the signature, followed by one zero byte. */
  public static final String SIGNATURE_CONTEXT = "authpipe command v1";

  /** Validates. */
  public Command {
    Rule.version(v);
    Rule.counts(seq);
    Rule.code(kind);
    Rule.text(target, 100);
  }

  /** The kinds there are. */
  public enum Kind {
    PROBE,
    DISCONNECT,
    REVOKE_ALL,
    ROTATE,
    ERASE,
    DELETE_WORKSPACE;

    /** The kind with this name on the link. */
    public static Optional<Kind> of(String kind) {
      return Stream.of(values()).filter(k -> Documents.word(k).equals(kind)).findFirst();
    }
  }
}
