package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

/** Temporary directories of test stages, which only their owner may enter. They go with the JVM, as far as nobody writes into them any more. */
public final class ScratchDirectory {
  /** A class of its own, for who only removes may do so while the JVM stops, when no hook can be added any more. */
  private static final class Kept {
    static final Queue<Path> ALL = new ConcurrentLinkedQueue<>();

    static {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> ALL.forEach(ScratchDirectory::removeAtTheEnd), "scratch-directories"));
    }
  }

  private ScratchDirectory() {}

  /** A new one. */
  public static Path create(String prefix) {
    Queue<Path> kept = Kept.ALL; // before it is made: while the JVM stops nobody would remove it
    try {
      Path directory = Files.createTempDirectory("authpipe-" + prefix);
      kept.add(directory);
      return directory;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Removes a directory and what is in it, also while the JVM stops. What somebody else removes meanwhile is no reason to fail.
   *
   * @throws IOException if something stays
   */
  public static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException gone) {
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
        Files.deleteIfExists(visited);
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private static void removeAtTheEnd(Path directory) {
    try {
      remove(directory);
    } catch (IOException busy) {
      directory.toFile().deleteOnExit(); // what is left of it is the system's to clear
    }
  }
}
