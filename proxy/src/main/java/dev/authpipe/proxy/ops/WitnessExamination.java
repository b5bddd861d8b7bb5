package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks whether somebody outside the database holds the head of the audit log, for a superuser could rewrite it unnoticed otherwise (S41). */
final class WitnessExamination {
  /** Checkpoints go out every minute while anything is recorded; a quiet deployment still writes at its start. */
  private static final Duration OLD = Duration.ofDays(1);

  private WitnessExamination() {}

  static List<Finding> of(Deployment deployment, Clock clock) {
    SettingValues values = deployment.values();
    Path directory = values.find(Settings.CHECKPOINT_DIRECTORY).orElse(null);
    if (directory != null) {
      return List.of(kept(directory, clock));
    }
    return List.of(LinkExamination.isEnrolled(values) && deployment.isLinked()
        ? Finding.ok(Check.WITNESS, "the control plane takes checkpoints")
        : Finding.weak(Check.WITNESS, "no witness outside the database holds the head of the audit log"));
  }

  private static Finding kept(Path directory, Clock clock) {
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      return Finding.failed(Check.WITNESS, directory + " is not a directory that can be written: no checkpoint is kept",
          "make it, or let the proxy's user write there");
    }
    try (Stream<Path> files = Files.list(directory)) {
      Optional<Instant> newest = files.filter(file -> file.toString().endsWith(".note")).map(WitnessExamination::time)
          .max(Instant::compareTo);
      if (newest.isEmpty()) {
        return Finding.weak(Check.WITNESS, directory + " holds no checkpoint yet", "start the proxy");
      }
      return newest.get().isBefore(clock.instant().minus(OLD))
          ? Finding.weak(Check.WITNESS, "the newest checkpoint in " + directory + " is of " + newest.get(),
              "look whether a proxy runs, and whether its job checkpoints does: authpipe jobs list")
          : Finding.ok(Check.WITNESS, "the newest checkpoint in " + directory + " is of " + newest.get());
    } catch (IOException unreadable) {
      return Finding.failed(Check.WITNESS, directory + " cannot be read");
    }
  }

  private static Instant time(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException gone) {
      return Instant.EPOCH;
    }
  }
}
