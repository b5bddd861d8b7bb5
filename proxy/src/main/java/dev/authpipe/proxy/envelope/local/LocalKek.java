package dev.authpipe.proxy.envelope.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRights;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;

/**
 * A KEK in a file that only its owner may read, for development and the demo: whoever copies the file and the database has everything. The
 * file is read on every call, so that removing it, or taking the right to read it away, cuts access as disabling a key in a KMS does. One
 * line: {@code authpipe-local-kek-1} and 32 bytes in base64.
 */
public final class LocalKek implements Kek {
  private static final String HEADER = "authpipe-local-kek-1 ";
  private static final int FILE_MOST = 256;
  private static final int KEY_BYTES = 32;
  private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

  private final String name;
  private final Path file;
  private volatile boolean closed;

  /**
   * @param name the operator's name for it
   * @param file made by {@link #create}, mode 0600 or 0400
   */
  public LocalKek(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /**
   * Writes a new key file with mode 0600; refuses to replace one.
   *
   * @throws IOException if the file exists or cannot be written
   */
  public static LocalKek create(String name, Path file, Randomness randomness) throws IOException {
    try (SecretBytes bytes = SecretBytes.taking(randomness.bytes(KEY_BYTES))) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      String line = HEADER + Base64.getEncoder().encodeToString(bytes.expose()) + "\n";
      Files.writeString(file, line, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }
    return new LocalKek(name, file);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public KekRights rights() {
    return KekRights.untold("whoever reads the file may do everything");
  }

  @Override
  public byte[] wrap(SecretBytes keyset, WrapContext context) {
    try {
      return aead().encrypt(keyset.expose(), context.canonical());
    } catch (GeneralSecurityException failure) {
      throw new KekOutageException("local wrap");
    }
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    Aead aead = aead();
    try {
      return SecretBytes.taking(aead.decrypt(wrapped, context.canonical()));
    } catch (GeneralSecurityException refused) {
      throw new IntegrityException("wrapped keyset");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @AccessesPartialKey
  private Aead aead() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    try (SecretBytes key = read()) {
      XAesGcmParameters parameters = XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, 12);
      XAesGcmKey imported = XAesGcmKey.create(parameters,
          com.google.crypto.tink.util.SecretBytes.copyFrom(key.expose(), InsecureSecretKeyAccess.get()), null);
      return KeysetHandle.newBuilder().addEntry(KeysetHandle.importKey(imported).withRandomId().makePrimary())
          .setConfiguration(AeadConfig2026.get()).build().getPrimitive(AeadConfig2026.get(), Aead.class);
    } catch (GeneralSecurityException failure) {
      throw new KekOutageException("local key");
    }
  }

  private SecretBytes read() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      permissions.retainAll(OTHERS);
      if (!permissions.isEmpty() || Files.size(file) > FILE_MOST) {
        throw new KekRefusedException(KekRefusedException.Reason.DENIED);
      }
      String line = Files.readString(file, StandardCharsets.US_ASCII).strip();
      byte[] key = line.startsWith(HEADER) ? Base64.getDecoder().decode(line.substring(HEADER.length())) : new byte[0];
      if (key.length != KEY_BYTES) {
        throw new KekRefusedException(KekRefusedException.Reason.DISABLED);
      }
      return SecretBytes.taking(key);
    } catch (NoSuchFileException missing) {
      throw new KekRefusedException(KekRefusedException.Reason.NOT_FOUND);
    } catch (IllegalArgumentException malformed) {
      throw new KekRefusedException(KekRefusedException.Reason.DISABLED);
    } catch (IOException failure) {
      throw new KekRefusedException(KekRefusedException.Reason.DENIED);
    }
  }
}
