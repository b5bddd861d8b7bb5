package dev.authpipe.proxy.envelope;

import java.util.function.BooleanSupplier;

import com.google.crypto.tink.Aead;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/**
 * The right to seal for one workspace although the KEK may stop answering meanwhile: taken before a request leaves that may bring a secret,
 * held until that secret is committed, 45 s at most. Opens nothing. Thread-safe.
 */
public final class Sealer implements AutoCloseable {
  private final WorkspaceId workspace;
  private final String deployment;
  private final BooleanSupplier expired;
  private volatile boolean closed;
  private final Aead aead;

  Sealer(WorkspaceId workspace, String deployment, Aead aead, BooleanSupplier expired) {
    this.workspace = workspace;
    this.deployment = deployment;
    this.aead = aead;
    this.expired = expired;
  }

  /**
   * Seals for a place in this sealer's workspace. The plaintext stays the caller's to close.
   *
   * @throws KeyUnavailableException if it has been held for more than 45 s or was closed
   */
  public byte[] seal(RecordContext context, SecretBytes plaintext) {
    if (!context.workspace().equals(workspace)) {
      throw new IllegalArgumentException("the sealer belongs to another workspace");
    }
    if (closed || expired.getAsBoolean()) {
      throw new KeyUnavailableException(KeyUnavailableException.Reason.HOLD_EXPIRED);
    }
    return SealedRecord.seal(aead, context.associatedData(deployment), plaintext);
  }

  /** The workspace it seals for. */
  public WorkspaceId workspace() {
    return workspace;
  }

  /** Gives the key up. */
  @Override
  public void close() {
    closed = true;
  }
}
