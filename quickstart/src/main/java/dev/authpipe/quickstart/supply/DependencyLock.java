package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of others that a build uses: as they were reviewed ({@code build/dependencies.lock}), or as they were resolved. A build only
 * compares the two; it must never write the former by itself.
 */
final class DependencyLock {
  private static final String HEAD = """
      # What the build takes from Maven repositories: use, coordinates, file, SHA-256. Written by build/lock-dependencies.
      """;

  private final Map<String, LockedFile> files = new TreeMap<>();

  DependencyLock(Collection<LockedFile> all) {
    for (LockedFile one : all) {
      files.merge(one.coordinates() + " " + one.file(), one, (a, b) -> a.use().compareTo(b.use()) <= 0 ? a : b);
    }
  }

  static DependencyLock read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return new DependencyLock(lines.filter(line -> !line.startsWith("#")).map(LockedFile::of).toList());
    }
  }

  String text() {
    return files.values().stream().sorted(LockedFile.ORDER).map(one -> one.line() + "\n")
        .collect(Collectors.joining("", HEAD, ""));
  }

  Collection<LockedFile> files() {
    return files.values();
  }

  /** What was resolved otherwise than it is locked here, a sentence for each. */
  List<String> differences(DependencyLock resolved) {
    List<String> found = new ArrayList<>();
    Map<String, LockedFile> replaced = new TreeMap<>();
    files.forEach((key, locked) -> {
      if (!resolved.files.containsKey(key)) {
        replaced.put(locked.place(), locked);
      }
    });
    resolved.files.forEach((key, now) -> {
      if (now.isMoving()) {
        found.add("%s has no fixed version".formatted(now.coordinates()));
      }
      LockedFile locked = files.get(key);
      if (locked != null) {
        compare(locked, now, found);
        return;
      }
      LockedFile before = replaced.remove(now.place());
      found.add(before == null
          ? "%s (%s) %s and is not locked".formatted(now.coordinates(), now.file(), now.use().sentence())
          : "%s is %s, and %s is locked".formatted(now.module(), now.version(), before.version()));
    });
    replaced.values()
        .forEach(locked -> found.add("%s (%s) is locked, and nothing uses it".formatted(locked.coordinates(), locked.file())));
    return found;
  }

  private static void compare(LockedFile locked, LockedFile now, List<String> found) {
    if (now.sha256() != null && !now.sha256().equals(locked.sha256())) {
      found.add("%s (%s) has another content than was locked: SHA-256 %s, not %s".formatted(now.coordinates(), now.file(),
          now.sha256(), locked.sha256()));
    }
    if (now.use() != locked.use()) {
      found.add("%s (%s) %s, and was locked as what %s".formatted(now.coordinates(), now.file(), now.use().sentence(),
          locked.use().sentence()));
    }
  }
}
