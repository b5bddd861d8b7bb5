package dev.authpipe.proxy.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import dev.authpipe.proxy.audit.CheckpointRefusedException.Reason;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;

/**
 * The newest signed note of each log in one file outside the database. A file is replaced as a whole or not at all, and never by the
 * checkpoint of a smaller tree. Replicas may share the directory.
 */
final class CheckpointDirectory {
  private static final long LARGEST_FILE = 64 * 1024;
  private final Path directory;

  CheckpointDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * The checkpoint that was kept of a log.
   *
   * @throws CheckpointRefusedException if the file is not one of this log, signed by this key
   */
  Optional<Checkpoint> read(String origin, VerifierKey key) {
    Path file = file(origin);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new LogFormatException("the file is too large");
      }
      Checkpoint checkpoint = Checkpoint.open(SignedNote.parse(Files.readString(file)), key);
      if (!checkpoint.origin().equals(origin)) {
        throw new LogFormatException("the file is of another log");
      }
      return Optional.of(checkpoint);
    } catch (LogFormatException wrong) {
      throw new CheckpointRefusedException(Reason.CHECKPOINT_UNREADABLE, file.getFileName() + ": " + wrong.getMessage());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Keeps a note, unless the file has the same or a larger tree already. */
  void write(String origin, VerifierKey key, SignedNote note) {
    Path file = file(origin);
    try {
      Files.createDirectories(directory);
      try (FileChannel guard = FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = guard.lock()) {
        Checkpoint checkpoint = Checkpoint.open(note, key);
        if (lock.isValid() && read(origin, key).map(Checkpoint::size).orElse(-1L) < checkpoint.size()) {
          replace(file, note.toString());
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void replace(Path file, String note) throws IOException {
    Path fresh = directory.resolve(file.getFileName() + ".new");
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true); // the new name outlives a crash as well
    }
  }

  private Path file(String origin) {
    String log = origin.split("/", 3)[2];
    return directory.resolve(log.replace('/', '_') + ".note");
  }
}
