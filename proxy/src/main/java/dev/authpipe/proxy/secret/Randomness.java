package dev.authpipe.proxy.secret;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;

import jakarta.inject.Singleton;

/**
 * The one source of random values: ids, session tokens, states, verifiers. Must never be seeded in production; tests pass their own
 * {@link SecureRandom}. Thread-safe.
 */
@Singleton
public final class Randomness {
  private static final char[] BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
  private final SecureRandom random;
  private final InstantSource clock;

  /**
   * @param random cryptographically strong source
   * @param clock  wall time for the time part of UUIDv7
   */
  public Randomness(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Random bytes. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A secret of 256 random bits in 43 base64url characters, as used for states, verifiers, session tokens and finish codes. */
  public SecretText base64url256() {
    return SecretText.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(32)));
  }

  /** A secret of the given number of uniformly random base62 characters (5.95 bits each). */
  public SecretText base62(int characters) {
    StringBuilder text = new StringBuilder(characters);
    for (int i = 0; i < characters; i++) {
      text.append(BASE62[random.nextInt(BASE62.length)]);
    }
    return SecretText.of(text.toString());
  }

  /** A new RSA key pair with the public exponent 65537. Takes up to seconds. */
  public KeyPair rsaKeyPair(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK makes no RSA keys", missing);
    }
  }

  /** A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, 74 random bits. For ids; not a secret. */
  public UUID uuidV7() {
    long time = clock.millis() & 0xFFFF_FFFF_FFFFL;
    return new UUID((time << 16) | 0x7000L | random.nextInt(0x1000), 0x8000_0000_0000_0000L | (random.nextLong() >>> 2));
  }

  /** A random (version 4) UUID: for ids of persons, which must not tell when they were made. */
  public UUID uuidV4() {
    return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, 0x8000_0000_0000_0000L | (random.nextLong() >>> 2));
  }

  /** A uniformly random fraction in [0, 1), for jitter. */
  public double fraction() {
    return random.nextDouble();
  }
}
