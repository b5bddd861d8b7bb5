package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The right to write in a journal directory, which ends with the process. Never deleted: a deleted lock file locks nobody out. */
final class JournalLock implements AutoCloseable {
  private final FileChannel channel;

  private JournalLock(FileChannel channel) {
    this.channel = channel;
  }

  /** @throws JournalInUseException if another process, or another journal of this one, has it */
  static JournalLock take(Path directory) throws IOException {
    JournalLock lock = tryTake(directory);
    if (lock == null) {
      throw new JournalInUseException(directory);
    }
    return lock;
  }

  static @Nullable JournalLock tryTake(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve("lock"),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return new JournalLock(channel);
      }
    } catch (OverlappingFileLockException here) {
      channel.close();
      return null;
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
    channel.close();
    return null;
  }

  static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path made = Files.createDirectories(directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      assert made.equals(directory);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
