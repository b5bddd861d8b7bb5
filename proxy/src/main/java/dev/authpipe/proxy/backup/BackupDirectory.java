package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A directory of backups. A file has a valid name only when it is whole and on the disk. Must never delete what is not a backup of this
 * deployment, nor follow a name out of the directory.
 */
final class BackupDirectory {
  private static final String PARTIAL = ".partial";
  /** What a running process may still be writing. */
  private static final Duration YOUNG = Duration.ofDays(1);

  private final Path directory;

  /** Writes one backup. */
  @FunctionalInterface
  interface Content {
    void write(OutputStream to) throws IOException;
  }

  BackupDirectory(Path directory) {
    this.directory = directory;
  }

  /** Writes a file in the directory as a whole or not at all. */
  Path write(BackupName name, Content content) throws IOException {
    return write(directory.resolve(name.toString()), content);
  }

  /** Writes a file as a whole or not at all: mode 0600, under another name until it is on the disk. Refuses to replace one. */
  static Path write(Path file, Content content) throws IOException {
    Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
    Path partial = directory.resolve("." + file.getFileName() + PARTIAL);
    boolean whole = false;
    try (FileChannel channel = FileChannel.open(partial,
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      content.write(Channels.newOutputStream(new Kept(channel)));
      channel.force(true);
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.getFileName().toString());
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      whole = true;
    } finally {
      if (!whole) {
        Files.deleteIfExists(partial);
      }
    }
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true); // the new name outlives a crash as well
    }
    return file;
  }

  /** Backups of a deployment, newest first. */
  List<BackupName> list(String deployment) throws IOException {
    List<BackupName> names = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return names;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.backup")) {
      for (Path file : files) {
        BackupName.parse(String.valueOf(file.getFileName())).filter(one -> one.deployment().equals(deployment))
            .ifPresent(names::add);
      }
    }
    names.sort(Comparator.comparing(BackupName::snapshot).reversed());
    return names;
  }

  /**
   * Deletes what is too old or too many, and what a killed process left.
   *
   * @return how many backups were deleted
   */
  int tidy(String deployment, int keep, Duration keptFor, Instant now) throws IOException {
    int deleted = 0;
    for (List<BackupName> ofOne : list(deployment).stream().collect(Collectors.groupingBy(BackupName::database)).values()) {
      for (int i = 0; i < ofOne.size(); i++) {
        BackupName one = ofOne.get(i); // newest first
        if (i >= keep || one.snapshot().plus(keptFor).isBefore(now)) {
          Files.deleteIfExists(directory.resolve(one.toString()));
          deleted++;
        }
      }
    }
    deleteLeft(deployment, now);
    return deleted;
  }

  private void deleteLeft(String deployment, Instant now) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "." + deployment + ".*" + PARTIAL)) {
      for (Path file : files) {
        if (isLeft(file, now)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isLeft(Path file, Instant now) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().plus(YOUNG).isBefore(now);
    } catch (NoSuchFileException ended) {
      return false; // its process gave it its name
    }
  }

  /** Closing what writes does not close the file: it is still to be forced to the disk. */
  private static final class Kept implements WritableByteChannel {
    private final FileChannel channel;

    Kept(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return channel.write(bytes);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() {
      // the caller's
    }
  }
}
