package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import dev.authpipe.testkit.ScratchDirectory;

/** A temporary directory that only its owner may enter, for settings, keys and the log. It goes when what it is for ends. */
public final class Workplace implements AutoCloseable {
  private static final Set<String> POSIX = Set.of("posix");

  private final Path directory;

  /** Makes it. */
  public Workplace() throws IOException {
    this.directory = Files.createTempDirectory("authpipe-demo-");
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** A place in it. */
  public Path at(String name) {
    return directory.resolve(name);
  }

  /** Writes a file that only its owner may read. */
  public Path write(String name, String content) throws IOException {
    Path file = at(name);
    Files.createFile(file, ownerOnly(file));
    return Files.writeString(file, content);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().containsAll(POSIX)
        ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
  }

  @Override
  public void close() {
    try {
      ScratchDirectory.remove(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException("the temporary directory could not be removed", failure);
    }
  }
}
