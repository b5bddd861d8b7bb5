package dev.authpipe.proxy.envelope;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.util.SecretBytes;

/** The checked-in vectors of docs/crypto-vectors; their keys are public. */
public final class Vectors {
  private Vectors() {}

  /** One file, found from whichever directory the test runs in. */
  public static JsonNode read(String name) {
    Path path = Path.of("docs", "crypto-vectors", name);
    Path file = Files.exists(path) ? path : Path.of("..").resolve(path);
    try {
      return new ObjectMapper().readTree(Files.readString(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Opens what a vector says was sealed for this place. */
  public static dev.authpipe.proxy.secret.SecretBytes open(RecordContext place, JsonNode vector) {
    try {
      HexFormat hex = HexFormat.of();
      Aead aead = aead(hex.parseHex(vector.get("key").asText()), vector.get("key_id").asInt());
      return SealedRecord.open(aead, place.associatedData("known-answer"), hex.parseHex(vector.get("sealed").asText()));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @AccessesPartialKey
  static Aead aead(byte[] key, int keyId) throws GeneralSecurityException {
    XAesGcmKey imported = XAesGcmKey.create(WorkspaceKeyset.parameters(),
        SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()),
        keyId);
    return KeysetHandle.newBuilder().addEntry(KeysetHandle.importKey(imported).withFixedId(keyId).makePrimary())
        .setConfiguration(WorkspaceKeyset.CONFIGURATION).build().getPrimitive(WorkspaceKeyset.CONFIGURATION, Aead.class);
  }
}
