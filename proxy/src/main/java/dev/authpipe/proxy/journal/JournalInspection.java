package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What can be told of a journal directory from outside, also while a proxy writes there. Changes nothing in it and opens nothing.
 *
 * @param usable     whether a proxy could write there
 * @param running    whether a process holds it
 * @param bytes      size of its segments
 * @param entries    that are not erased
 * @param damaged    stretches that are no records
 * @param refused    segments that were set aside
 * @param fileSystem the kind of file system
 * @param exposed    whether others than its owner may read it
 */
public record JournalInspection(boolean usable, boolean running, long bytes, int entries, int damaged, int refused,
    String fileSystem, boolean exposed) {
  private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs", "overlay", "overlayfs");

  /** Looks at a directory, which need not exist yet. */
  public static JournalInspection of(Path directory) {
    Path existing = nearest(directory);
    try {
      boolean usable = existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
      String kind = existing == null ? "none" : Files.getFileStore(existing).type();
      return existing == null || !existing.equals(directory.toAbsolutePath())
          ? new JournalInspection(usable, false, 0, 0, 0, 0, kind, false)
          : look(existing, usable, kind);
    } catch (IOException unreadable) {
      return new JournalInspection(false, false, 0, 0, 0, 0, "unknown", false);
    }
  }

  private static JournalInspection look(Path directory, boolean usable, String kind) throws IOException {
    long bytes = 0;
    int entries = 0;
    int damaged = 0;
    for (Path path : JournalFiles.list(directory).values()) {
      byte[] segment = JournalFiles.bytes(path);
      SegmentScan scan = SegmentScan.of(segment);
      bytes += Files.size(path);
      entries += scan.entries().size();
      damaged += scan.damaged();
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
    boolean exposed = mode.contains(PosixFilePermission.GROUP_READ) || mode.contains(PosixFilePermission.OTHERS_READ);
    return new JournalInspection(usable, isHeld(directory), bytes, entries, damaged, refused(directory), kind, exposed);
  }

  private static int refused(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return (int) all.filter(path -> path.toString().endsWith(".refused")).count();
    }
  }

  private static boolean isHeld(Path directory) throws IOException {
    if (!Files.exists(directory.resolve("lock"))) {
      return false;
    }
    try (JournalLock free = JournalLock.tryTake(directory)) {
      return free == null;
    }
  }

  private static @Nullable Path nearest(Path directory) {
    Path path = directory.toAbsolutePath();
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }

  /** Whether what is written there may be gone after a restart of the machine or the container. */
  public boolean isVolatile() {
    return VOLATILE.contains(fileSystem);
  }
}
