package dev.authpipe.proxy.envelope;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class Envelopes {
  /** Seals. */
  public byte[] seal(RecordContext context, SecretBytes plaintext) {
    throw new UnsupportedOperationException();
  }

  /** Opens. */
  public SecretBytes open(RecordContext context, byte[] sealed) {
    throw new UnsupportedOperationException();
  }

  /** Opens if warm. */
  public @Nullable SecretBytes warmOpen(RecordContext context, byte[] sealed) {
    throw new UnsupportedOperationException();
  }

  /** Holds. */
  public Sealer hold(WorkspaceId workspace) {
    throw new UnsupportedOperationException();
  }

  /** Creates the workspace's keyset unless it has one; idempotent, race-free; in a transaction of its own after the KEK calls. */
  public void ensureKeyset(WorkspaceId workspace, String kekName) {
    throw new UnsupportedOperationException();
  }
}
