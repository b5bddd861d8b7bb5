package dev.authpipe.control.dataplane;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.secret.SealingKey;
import dev.authpipe.wire.Command;

/**
 * The Ed25519 key with which this control plane signs commands; made at its first use, and in the store only sealed. Never a key of the link:
 * who takes over the listener cannot sign. Thread-safe.
 */
@Singleton
public final class CommandKey {
  private static final String PURPOSE = "authpipe command key v1";
  private static final int RAW = 32;

  private final Database database;
  private final DataPlaneSettings settings;
  private final SecureRandom random;
  private volatile @Nullable Pair pair;

  /** A class of its own, for records compare arrays by identity. */
  private static final class Pair {
    private final PrivateKey signing;
    private final byte[] publicKey;

    Pair(PrivateKey signing, byte[] publicKey) {
      this.signing = signing;
      this.publicKey = publicKey;
    }
  }

  CommandKey(Database database, DataPlaneSettings settings, SecureRandom random) {
    this.database = database;
    this.settings = settings;
    this.random = random;
  }

  /** The raw public key, 32 bytes. */
  byte[] publicKey() {
    return pair().publicKey.clone();
  }

  /** The signature over a payload in its context. */
  public byte[] sign(String payload) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair().signing);
      signature.update((Command.SIGNATURE_CONTEXT + "\0" + payload).getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("signing a command failed", impossible);
    }
  }

  /**
   * Whether the sealing key opens the command key in the store and its halves belong together; false: none was made yet.
   *
   * @throws IllegalStateException if it does not
   */
  public boolean opens() {
    SealingKey sealing = settings.sealingKey();
    Optional<CommandKeyStore.Row> row = database.inWorkspace(Database.PLANE, CommandKeyStore::find);
    if (row.isEmpty() || sealing == null) {
      return false;
    }
    opened(sealing, row.get());
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki(publicKey()))));
      check.update((Command.SIGNATURE_CONTEXT + "\0").getBytes(StandardCharsets.UTF_8));
      if (check.verify(sign(""))) {
        return true;
      }
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("the command key cannot be read", broken);
    }
    throw new IllegalStateException("the two halves of the command key do not belong together");
  }

  /** A raw public key with the head of RFC 8410. */
  private static byte[] spki(byte[] raw) {
    byte[] head = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    byte[] whole = Arrays.copyOf(head, head.length + raw.length);
    System.arraycopy(raw, 0, whole, head.length, raw.length);
    return whole;
  }

  private Pair pair() {
    Pair present = pair;
    if (present == null) {
      SealingKey sealing = settings.sealingKey();
      if (sealing == null) {
        throw new ProblemException(ErrorCode.LINK_NOT_SET_UP);
      }
      CommandKeyStore.Row row = database.inWorkspace(Database.PLANE, CommandKeyStore::find)
          .orElseGet(() -> made(sealing));
      present = opened(sealing, row);
      pair = present;
    }
    return present;
  }

  private CommandKeyStore.Row made(SealingKey sealing) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, random);
      KeyPair fresh = generator.generateKeyPair();
      byte[] encoded = fresh.getPublic().getEncoded(); // its last 32 bytes are the key itself (RFC 8410)
      CommandKeyStore.Row row = new CommandKeyStore.Row(Arrays.copyOfRange(encoded, encoded.length - RAW, encoded.length),
          sealing.seal(PURPOSE, fresh.getPrivate().getEncoded()));
      return database.inWorkspace(Database.PLANE, tx -> CommandKeyStore.insert(tx, row));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no command key could be made", impossible);
    }
  }

  private static Pair opened(SealingKey sealing, CommandKeyStore.Row row) {
    try {
      return new Pair(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(sealing.open(PURPOSE, row.sealed))),
          row.publicKey);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("the command key cannot be read", broken);
    }
  }
}
