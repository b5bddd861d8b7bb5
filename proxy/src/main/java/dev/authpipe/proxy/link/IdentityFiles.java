package dev.authpipe.proxy.link;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.DataPlaneId;

/**
 * Keeps the key and the pins of the link in the data directory, for its owner only. The mode of the file is what protects the key: a password
 * beside it would protect nothing. Replicas of one data plane share the files.
 */
final class IdentityFiles {
  private static final char[] NO_PASSWORD = new char[0];
  private static final String ALIAS = "link";

  /** What a file held when it was read last: opening a key store costs tens of thousands of hashes, and every request of the link asks. */
  private static final class Opened {
    final Identity identity;
    private final byte[] content;

    Opened(byte[] content, Identity identity) {
      this.content = content;
      this.identity = identity;
    }

    boolean of(byte[] now) {
      return MessageDigest.isEqual(content, now);
    }
  }

  private final Path store;
  private final Path pins;
  private @Nullable Opened opened;

  IdentityFiles(Path directory) {
    this.store = directory.resolve("link.p12");
    this.pins = directory.resolve("link.json");
  }

  boolean present() {
    return Files.exists(store) && Files.exists(pins);
  }

  synchronized Optional<Identity> identity() {
    if (!Files.exists(store)) {
      return Optional.empty();
    }
    try {
      if (!Files.getPosixFilePermissions(store).equals(PosixFilePermissions.fromString("rw-------"))) {
        throw new ConfigurationException(store + " must be readable by its owner only (mode 600)");
      }
      byte[] content = Files.readAllBytes(store);
      Opened present = opened;
      if (present == null || !present.of(content)) {
        present = new Opened(content, open(content));
        opened = present;
      }
      return Optional.of(present.identity);
    } catch (IOException | GeneralSecurityException | NullPointerException wrong) {
      throw new ConfigurationException(store + " is not a key of the link; enrol again", wrong);
    }
  }

  private static Identity open(byte[] content) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(content), NO_PASSWORD);
    return new Identity((PrivateKey) Objects.requireNonNull(keys.getKey(ALIAS, NO_PASSWORD)),
        (X509Certificate) Objects.requireNonNull(keys.getCertificate(ALIAS)));
  }

  Optional<Pins> pins() {
    if (!Files.exists(pins)) {
      return Optional.empty();
    }
    try {
      if (LinkJson.tree(Files.readString(pins)) instanceof Map<?, ?> tree) {
        return Optional.of(new Pins(DataPlaneId.parse(Objects.toString(tree.get("data_plane"))),
            Objects.toString(tree.get("control_plane")), Objects.toString(tree.get("command_key"))));
      }
      throw new IllegalArgumentException("no object");
    } catch (IOException | IllegalArgumentException wrong) {
      throw new ConfigurationException(pins + " does not say who the control plane is; enrol again", wrong);
    }
  }

  void write(Identity identity, Pins pinned) {
    write(pins, LinkJson.bytes(new TreeMap<>(Map.of("data_plane", pinned.dataPlane().toString(), "control_plane",
        pinned.controlPlane(), "command_key", pinned.commandKey()))));
    write(identity);
  }

  void write(Identity identity) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, NO_PASSWORD);
      keys.setKeyEntry(ALIAS, identity.key(), NO_PASSWORD, new Certificate[]{identity.certificate()});
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      keys.store(out, NO_PASSWORD);
      write(store, out.toByteArray());
    } catch (IOException | GeneralSecurityException failure) {
      throw new ConfigurationException(store + " cannot be written", failure);
    }
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      try (var channel = Files.newByteChannel(fresh, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        channel.write(java.nio.ByteBuffer.wrap(content));
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new ConfigurationException(file + " cannot be written", failure);
    }
  }

}
