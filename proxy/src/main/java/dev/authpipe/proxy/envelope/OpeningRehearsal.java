package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.UUID;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/**
 * Opens a record of zeros that it sealed itself, under a key of its own that no KEK ever wraps. So that the first caller does not pay for what opening
 * loads and compiles. Touches no keyset and no row.
 */
@Singleton
public final class OpeningRehearsal {
  private static final int SIZE = 2_048;
  private static final UUID NOBODY = new UUID(0, 0);
  private static final RecordContext CONTEXT = RecordContext.of(new WorkspaceId(NOBODY), RecordKind.CREDENTIAL, NOBODY);

  private final Aead aead;
  private final byte[] sealed;

  OpeningRehearsal() {
    try {
      this.aead = KeysetHandle.generateNew(WorkspaceKeyset.parameters(), WorkspaceKeyset.CONFIGURATION)
          .getPrimitive(WorkspaceKeyset.CONFIGURATION, Aead.class);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("XAES-256-GCM is missing", missing);
    }
    try (SecretBytes zeros = SecretBytes.taking(new byte[SIZE])) {
      this.sealed = SealedRecord.seal(aead, CONTEXT.associatedData(""), zeros);
    }
  }

  /** Opens it once; answers whether it is as long as it was. */
  public boolean once() {
    try (SecretBytes opened = SealedRecord.open(aead, CONTEXT.associatedData(""), sealed)) {
      return opened.length() == SIZE;
    }
  }
}
