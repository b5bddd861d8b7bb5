package dev.authpipe.proxy.envelope;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.util.SecretBytes;

import dev.authpipe.wire.WorkspaceId;

/**
 * Opens a record that was sealed once, with a key that everybody knows, and refuses the start if that fails (S93): a wrong provider, a broken
 * library or a changed format is found before it seals anything. The record is the first of docs/crypto-vectors/sealed-records.json.
 */
final class KnownAnswers {
  private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  private static final int KEY_ID = 0x41555448;
  private static final String SEALED = "0101415554480101010101010101010101018181818181818181818181813e1615bd4bcb0a763ca7088da809d26b9fb0bd5afa76999cb03b591d";
  private static final byte[] PLAINTEXT = "known answer".getBytes(StandardCharsets.UTF_8);

  private KnownAnswers() {}

  static void check() {
    RecordContext context = RecordContext.of(new WorkspaceId(new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0001L)),
        RecordKind.CONNECT_CODE, new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0002L));
    try (dev.authpipe.proxy.secret.SecretBytes opened = SealedRecord.open(aead(), context.associatedData("known-answer"),
        HexFormat.of().parseHex(SEALED))) {
      if (!Arrays.equals(opened.expose(), PLAINTEXT)) {
        throw new IllegalStateException("the cryptographic known-answer test failed");
      }
    } catch (IntegrityException failure) {
      throw new IllegalStateException("the cryptographic known-answer test failed", failure);
    }
  }

  @AccessesPartialKey
  private static Aead aead() {
    try {
      XAesGcmKey key = XAesGcmKey.create(WorkspaceKeyset.parameters(),
          SecretBytes.copyFrom(HexFormat.of().parseHex(KEY), InsecureSecretKeyAccess.get()), KEY_ID);
      return KeysetHandle.newBuilder().addEntry(KeysetHandle.importKey(key).withFixedId(KEY_ID).makePrimary())
          .setConfiguration(WorkspaceKeyset.CONFIGURATION).build().getPrimitive(WorkspaceKeyset.CONFIGURATION, Aead.class);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("the cryptographic known-answer test failed", failure);
    }
  }
}
