package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Ports for listeners that must be told their port before they start. A port that the kernel picked and that was closed again may be picked
 * for somebody else's connection a moment later; these lie below the range that kernels pick from (32768 and up on Linux, 49152 and up
 * elsewhere), and each JVM has a block of its own, held by a file lock until it ends. A port comes round again after {@value #BLOCK} others,
 * and is skipped while something listens on it. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int BLOCK = 500;
  private static final int BLOCKS = 24;
  private static final FreePorts INSTANCE = new FreePorts(claim());

  private final int first;
  @SuppressWarnings("UnusedVariable") // held for the life of the JVM
  private final @Nullable FileLock lock;
  private int next;

  private record Claim(int first, FileLock lock) {}

  private FreePorts(Claim claim) {
    this.first = claim.first;
    this.lock = claim.lock;
  }

  /** A port on which nothing listens and which nobody else is given.
   *
   * @throws IllegalStateException when each port of the block is in use
   */
  public static int next() {
    return INSTANCE.take();
  }

  /** As many ports, each different. */
  public static List<Integer> next(int count) {
    return Stream.generate(FreePorts::next).limit(count).toList();
  }

  private synchronized int take() {
    for (int tried = 0; tried < BLOCK; tried++) {
      int port = first + next;
      next = (next + 1) % BLOCK;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("each of the ports " + first + " to " + (first + BLOCK - 1) + " is in use");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static Claim claim() {
    try {
      Path directory = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), "authpipe-ports"));
      for (int block = 0; block < BLOCKS; block++) {
        FileChannel file = FileChannel.open(directory.resolve("block-" + block), StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
        FileLock lock = tryLock(file);
        if (lock != null) {
          return new Claim(FIRST + block * BLOCK, lock);
        }
        file.close();
      }
      throw new IllegalStateException(BLOCKS + " programs hold all blocks of ports: see " + directory);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException ownByAnotherClassLoader) {
      return null;
    }
  }
}
