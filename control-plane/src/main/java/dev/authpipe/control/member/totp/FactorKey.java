package dev.authpipe.control.member.totp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * Seals TOTP secrets under an AES-256-GCM keyset (Tink) that only the settings refer to, bound to their person: moved to another row one does
 * not open. New keys go into the same keyset; old ones stay in it until nothing is sealed under them. Thread-safe.
 */
public final class FactorKey {
  private static final String CONTEXT = "authpipe/control/totp/v1/";
  private final Aead aead;

  /**
   * The key of a Tink keyset in JSON.
   *
   * @param keyset null: a key of this process only, for development
   * @throws GeneralSecurityException if it is none
   */
  public FactorKey(@Nullable SecretText keyset) throws GeneralSecurityException {
    KeysetHandle handle = keyset == null
        ? generate()
        : TinkJsonProtoKeysetFormat.parseKeyset(keyset.expose(),
            AeadConfig2026.get(), InsecureSecretKeyAccess.get());
    this.aead = handle.getPrimitive(AeadConfig2026.get(), Aead.class);
  }

  /** A new keyset, for the file. */
  public static SecretText newKeyset() throws GeneralSecurityException {
    return SecretText
        .of(TinkJsonProtoKeysetFormat.serializeKeyset(generate(), AeadConfig2026.get(), InsecureSecretKeyAccess.get()));
  }

  /** Seals a person's secret. */
  public byte[] seal(UUID person, SecretText secret) {
    try {
      return aead.encrypt(secret.exposeUtf8(), context(person));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a secret could not be sealed", impossible);
    }
  }

  /**
   * Opens a person's secret.
   *
   * @throws IllegalStateException if it was sealed under another key, for somebody else, or changed
   */
  public SecretText open(UUID person, byte[] sealed) {
    try {
      byte[] opened = aead.decrypt(sealed, context(person));
      return SecretText.copyOf(opened, 0, opened.length);
    } catch (GeneralSecurityException refused) {
      throw new IllegalStateException("a sealed secret does not open", refused);
    }
  }

  private static KeysetHandle generate() throws GeneralSecurityException {
    return KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get());
  }

  private static byte[] context(UUID person) {
    return (CONTEXT + person).getBytes(StandardCharsets.UTF_8);
  }
}
