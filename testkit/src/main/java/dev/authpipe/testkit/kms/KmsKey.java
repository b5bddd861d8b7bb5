package dev.authpipe.testkit.kms;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.Gate;

/**
 * One key of a KMS double. It really encrypts: AES-256-GCM, with the caller's context as associated data, so that nothing that a real
 * service would refuse is let through. A test may have it refuse, fail, hang or lie; every call is counted, also those that it does not
 * serve. Thread-safe. Never for anything but tests.
 */
public final class KmsKey {

  /** What a call on the key comes to. */
  public enum Behaviour {
    WORKS,
    DENIED,
    DISABLED,
    PENDING_DELETION,
    GONE,
    THROTTLED,
    BROKEN
  }

  private static final int MARK_BYTES = 8;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final String name;
  private final byte[] mark;
  private final SecureRandom random = new SecureRandom();
  private final List<SecretKey> versions = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger encryptions = new AtomicInteger();
  private final AtomicInteger decryptions = new AtomicInteger();
  private volatile Behaviour behaviour = Behaviour.WORKS;
  private volatile boolean lying;
  private volatile int oldest = 1;
  private volatile @Nullable Gate gate;

  KmsKey(String name) {
    this.name = name;
    try {
      this.mark = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)), MARK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    rotate();
  }

  /** As its service names it. */
  public String name() {
    return name;
  }

  /** From now on calls come to this. */
  public void behave(Behaviour next) {
    behaviour = next;
  }

  /** Whether what it answers does not fit the checksums that go with it. */
  public void lieAboutChecksums(boolean lies) {
    lying = lies;
  }

  /** Holds every call at a gate before it is served; null: no more. */
  public void holdAt(@Nullable Gate held) {
    gate = held;
  }

  /** A new version encrypts from now on; those before go on decrypting. */
  public void rotate() {
    try {
      var generator = KeyGenerator.getInstance("AES");
      generator.init(256, random);
      versions.add(generator.generateKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The newest version, from 1. */
  public int version() {
    return versions.size();
  }

  /** What an earlier version encrypted is decrypted no more. */
  public void destroyVersionsBefore(int version) {
    oldest = version;
  }

  /** Whether the newest version made the ciphertext. */
  boolean isNewest(byte[] ciphertext) {
    return ciphertext.length >= MARK_BYTES + Integer.BYTES
        && ByteBuffer.wrap(ciphertext, MARK_BYTES, Integer.BYTES).getInt() == versions.size();
  }

  /** How many calls reached it, served or not. */
  public int calls() {
    return calls.get();
  }

  public int encryptions() {
    return encryptions.get();
  }

  public int decryptions() {
    return decryptions.get();
  }

  boolean lies() {
    return lying;
  }

  /** Counts a call, holds it where a test wants that, and says what it comes to. */
  Behaviour take() {
    calls.incrementAndGet();
    var held = gate;
    if (held != null) {
      held.pass();
    }
    return behaviour;
  }

  /** Whether it may have made the ciphertext. */
  boolean marks(byte[] ciphertext) {
    return ciphertext.length >= MARK_BYTES && Arrays.equals(ciphertext, 0, MARK_BYTES, mark, 0, MARK_BYTES);
  }

  byte[] encrypt(byte[] plaintext, byte[] context) {
    encryptions.incrementAndGet();
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var newest = versions.size();
    var head = ByteBuffer.allocate(MARK_BYTES + Integer.BYTES).put(mark).putInt(newest).array();
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, newest, nonce, head, context).doFinal(plaintext);
      return ByteBuffer.allocate(head.length + nonce.length + sealed.length).put(head).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Empty when this key did not make it in this context. */
  Optional<byte[]> decrypt(byte[] ciphertext, byte[] context) {
    decryptions.incrementAndGet();
    var headBytes = MARK_BYTES + Integer.BYTES;
    if (ciphertext.length < headBytes + NONCE_BYTES || !marks(ciphertext)) {
      return Optional.empty();
    }
    var version = ByteBuffer.wrap(ciphertext, MARK_BYTES, Integer.BYTES).getInt();
    if (version < oldest || version > versions.size()) {
      return Optional.empty();
    }
    try {
      var nonce = Arrays.copyOfRange(ciphertext, headBytes, headBytes + NONCE_BYTES);
      return Optional.of(cipher(Cipher.DECRYPT_MODE, version, nonce, Arrays.copyOf(ciphertext, headBytes), context)
          .doFinal(ciphertext, headBytes + NONCE_BYTES, ciphertext.length - headBytes - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Cipher cipher(int mode, int version, byte[] nonce, byte[] head, byte[] context) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, versions.get(version - 1), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(head);
    cipher.updateAAD(context);
    return cipher;
  }

  @Override
  public String toString() {
    return "key " + name;
  }
}
