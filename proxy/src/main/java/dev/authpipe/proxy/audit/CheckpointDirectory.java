package dev.authpipe.proxy.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern EPOCH = Pattern.compile("\nepoch ([0-9]{1,9}) time ");
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

  /** What the file of a log says, whoever signed it; empty when there is none or it says nothing. */
  Optional<Checkpoint> unverified(String origin) {
    Path file = file(origin);
    try {
      return Files.exists(file) && Files.size(file) <= LARGEST_FILE
          ? Optional.of(Checkpoint.parse(SignedNote.parse(Files.readString(file)).text()))
              .filter(one -> one.origin().equals(origin))
          : Optional.empty();
    } catch (LogFormatException unreadable) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The highest epoch that any file says, whoever signed it. */
  int highestEpoch() {
    int highest = 0;
    try {
      for (Path note : files("*.note*")) {
        Matcher line = EPOCH.matcher(Files.size(note) <= LARGEST_FILE ? Files.readString(note) : "");
        highest = line.find() ? Math.max(highest, Integer.parseInt(line.group(1))) : highest;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return highest;
  }

  private List<Path> files(String form) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, form)) {
        found.forEach(files::add);
      }
    }
    return files;
  }

  /** Moves the files of all logs of a store aside; answers how many there were. */
  int setAsideAll(String store, int before) {
    int moved = 0;
    try {
      for (Path file : files("*.note")) {
        boolean ofVault = !String.valueOf(file.getFileName()).startsWith("client_secrets");
        if (ofVault == store.equals("vault")) {
          setAside(file, before);
          moved++;
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return moved;
  }

  /** Moves the file of a log aside and keeps it, so that a log which was restored can be signed again; false: there is none. */
  boolean setAside(String origin, int before) {
    Path file = file(origin);
    try {
      if (!Files.exists(file)) {
        return false;
      }
      setAside(file, before);
      return true;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void setAside(Path file, int before) throws IOException {
    Files.move(file, file.resolveSibling(file.getFileName() + ".before-epoch-" + before), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path file(String origin) {
    String log = origin.split("/", 3)[2];
    return directory.resolve(log.replace('/', '_') + ".note");
  }
}
