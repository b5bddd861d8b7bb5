package dev.authpipe.proxy.envelope.pkcs11;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.envelope.KekRights;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * An AES key in a hardware security module, used through its PKCS#11 library: AES-GCM with the context as associated data. The key is looked
 * up on every call, so that one that was destroyed is noticed. A PIN that the module refused is not tried again until its file holds another
 * one: modules lock themselves after a few. Calls go one after the other; the library cannot be interrupted, so the registry's deadline
 * bounds the wait, not the call.
 */
public final class Pkcs11Kek implements Kek {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final String name;
  private final Pkcs11KekSettings settings;
  private final Supplier<SecretText> pin;
  private final Randomness randomness;
  private @Nullable Provider provider;
  private @Nullable SecretText refusedPin;
  private boolean closed;

  /**
   * Loads no library yet.
   *
   * @param name       the operator's name for it
   * @param pin        of the token's user; read on every call
   * @param randomness for nonces
   */
  public Pkcs11Kek(String name, Pkcs11KekSettings settings, Supplier<SecretText> pin, Randomness randomness) {
    this.name = name;
    this.settings = settings;
    this.pin = pin;
    this.randomness = randomness;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized byte[] wrap(SecretBytes keyset, WrapContext context) {
    byte[] nonce = randomness.bytes(NONCE_BYTES);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(keyset.expose());
      byte[] wrapped = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, wrapped, nonce.length, sealed.length);
      return wrapped;
    } catch (GeneralSecurityException | ProviderException failure) {
      throw Pkcs11Failures.of(name, failure, false);
    }
  }

  @Override
  public synchronized SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    if (wrapped.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw new IntegrityException("wrapped keyset");
    }
    try {
      return SecretBytes
          .taking(cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE_BYTES), context).doFinal(wrapped, NONCE_BYTES,
              wrapped.length - NONCE_BYTES));
    } catch (AEADBadTagException changed) {
      throw new IntegrityException("wrapped keyset");
    } catch (GeneralSecurityException | ProviderException failure) {
      throw Pkcs11Failures.of(name, failure, true);
    }
  }

  /** Whether the module gives the key away; what else the token's user may do there, no call tells. */
  @Override
  public synchronized KekRights rights() {
    boolean leaves = key(provider()).getEncoded() != null;
    return new KekRights(leaves ? List.of("take the key out of the module (CKA_EXTRACTABLE)") : List.of(),
        "PKCS#11 does not tell what else the token's user may do");
  }

  private Cipher cipher(int mode, byte[] nonce, WrapContext context) throws GeneralSecurityException {
    Provider module = provider();
    Cipher cipher = Cipher.getInstance(TRANSFORMATION, module);
    cipher.init(mode, key(module), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.canonical());
    return cipher;
  }

  private SecretKey key(Provider module) {
    try (SecretText given = read()) {
      if (given.equals(refusedPin)) {
        throw new KekRefusedException(Reason.NO_CREDENTIALS);
      }
      char[] characters = given.expose().toCharArray();
      try {
        KeyStore keys = KeyStore.getInstance("PKCS11", module);
        keys.load(null, characters);
        Key key = keys.getKey(settings.key(), null);
        if (!(key instanceof SecretKey secret)) {
          throw new KekRefusedException(Reason.NOT_FOUND);
        }
        return secret;
      } catch (IOException | GeneralSecurityException | ProviderException failure) {
        if (Pkcs11Failures.isPinRefused(failure)) {
          refusedPin = given.toBytes().toText();
        }
        throw Pkcs11Failures.of(name, failure, false);
      } finally {
        Arrays.fill(characters, '\0');
      }
    }
  }

  private SecretText read() {
    try {
      return pin.get();
    } catch (RuntimeException unreadable) {
      throw new KekRefusedException(Reason.NO_CREDENTIALS);
    }
  }

  private Provider provider() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    Provider made = provider;
    if (made == null) {
      Provider prototype = Security.getProvider("SunPKCS11");
      if (prototype == null) {
        throw new KekOutageException("this Java has no PKCS#11");
      }
      try {
        // In line instead of in a file; quotes, since a path may hold anything.
        made = prototype.configure("--name = \"authpipe-" + name + "\"\nlibrary = \"" + settings.library() + "\"\n"
            + (settings.slotIndex() ? "slotListIndex = " : "slot = ") + settings.slot() + "\n");
      } catch (RuntimeException failure) {
        throw Pkcs11Failures.of(name, failure, false);
      }
      provider = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    provider = null;
    if (refusedPin != null) {
      refusedPin.close();
      refusedPin = null;
    }
  }
}
