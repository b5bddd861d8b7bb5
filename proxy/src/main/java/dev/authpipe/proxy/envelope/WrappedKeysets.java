package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.Optional;

import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.TinkProtoKeysetFormat;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * Makes, wraps and unwraps Tink keysets:
 *
 * <pre>
 * +--------+--------------------------------------------+
 * | 01     | what the KEK made of Tink's Keyset message |
 * | format | 1 to 8192                                  |
 * +--------+--------------------------------------------+
 * </pre>
 *
 * Every bit is authenticated by the KEK; Tink's EncryptedKeyset message is not used because its outer message is not. Never stores anything.
 */
final class WrappedKeysets {
  static final int KEYS_MOST = 16;
  private static final int FORMAT = 1;
  private static final int KEYSET_MOST = 4_096;
  private static final int WRAPPED_MOST = 8_193;

  private final KekRegistry keks;

  WrappedKeysets(KekRegistry keks) {
    this.keks = keks;
  }

  KeysetHandle generate(Parameters parameters, Configuration configuration) {
    try {
      return KeysetHandle.generateNew(parameters, configuration);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("key generation failed", failure);
    }
  }

  /** Wraps, and unwraps once before anybody relies on it. */
  byte[] wrap(KeysetHandle keyset, Configuration configuration, String kekName, WrapContext context) {
    byte[] wrapped;
    try (SecretBytes plain = SecretBytes.taking(
        TinkProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get(), configuration))) {
      if (plain.length() > KEYSET_MOST) {
        throw new IllegalArgumentException("a keyset has at most 4096 bytes");
      }
      wrapped = stored(keks.wrap(kekName, plain, context));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("keyset serialization failed", failure);
    }
    if (!unwrap(wrapped, configuration, kekName, context).equalsKeyset(keyset)) {
      throw new IntegrityException("KEK round trip");
    }
    return wrapped;
  }

  KeysetHandle unwrap(byte[] wrapped, Configuration configuration, String kekName, WrapContext context) {
    try (SecretBytes plain = unwrapBytes(wrapped, kekName, context)) {
      KeysetHandle keyset = TinkProtoKeysetFormat.parseKeyset(plain.expose(), InsecureSecretKeyAccess.get(), configuration);
      if (keyset.size() > KEYS_MOST) {
        throw new IntegrityException("wrapped keyset");
      }
      return keyset;
    } catch (GeneralSecurityException malformed) {
      throw new IntegrityException("wrapped keyset");
    }
  }

  /**
   * The same keyset by another KEK: within the KMS where it can, otherwise unwrapped, wrapped, and unwrapped once more to see that it is the
   * same.
   */
  byte[] rewrap(StoredKeyset keyset, Configuration configuration, String to, WrapContext context) {
    Optional<byte[]> within = keks.rewrap(keyset.kekName(), to, ciphertext(keyset.wrapped()), context);
    return within.isPresent()
        ? stored(within.get())
        : wrap(unwrap(keyset.wrapped(), configuration, keyset.kekName(), context), configuration, to, context);
  }

  private static byte[] stored(byte[] ciphertext) {
    byte[] stored = new byte[ciphertext.length + 1];
    if (stored.length > WRAPPED_MOST) {
      throw new IllegalArgumentException("a wrapped keyset has at most 8193 bytes");
    }
    stored[0] = FORMAT;
    System.arraycopy(ciphertext, 0, stored, 1, ciphertext.length);
    return stored;
  }

  /** Asks the KEK and forgets the answer. */
  void prove(StoredKeyset stored, WrapContext context) {
    unwrapBytes(stored.wrapped(), stored.kekName(), context).close();
  }

  /** Whether the newest version of its KEK wraps it; empty where the KMS does not tell. */
  Optional<Boolean> isWrappedByNewest(StoredKeyset stored, WrapContext context) {
    return keks.isWrappedByNewest(stored.kekName(), ciphertext(stored.wrapped()), context);
  }

  private SecretBytes unwrapBytes(byte[] wrapped, String kekName, WrapContext context) {
    return keks.unwrap(kekName, ciphertext(wrapped), context);
  }

  private static byte[] ciphertext(byte[] wrapped) {
    if (wrapped.length < 2 || wrapped.length > WRAPPED_MOST || wrapped[0] != FORMAT) {
      throw new IntegrityException("wrapped keyset");
    }
    byte[] ciphertext = new byte[wrapped.length - 1];
    System.arraycopy(wrapped, 1, ciphertext, 0, ciphertext.length);
    return ciphertext;
  }
}
