package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** A temporary directory that only its owner may enter, for settings, keys and the log. It goes when the demonstration ends. */
final class Workplace implements AutoCloseable {
  private static final Set<String> POSIX = Set.of("posix");

  private final Path directory;

  Workplace() throws IOException {
    this.directory = Files.createTempDirectory("authpipe-demo-");
  }

  Path directory() {
    return directory;
  }

  Path at(String name) {
    return directory.resolve(name);
  }

  /** Writes a file that only its owner may read. */
  Path write(String name, String content) throws IOException {
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
      Files.walkFileTree(directory, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
          Files.deleteIfExists(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
            throws IOException {
          Files.deleteIfExists(visited);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException failure) {
      throw new UncheckedIOException("the demo's temporary directory could not be removed", failure);
    }
  }
}
