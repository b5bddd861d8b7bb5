package dev.authpipe.proxy.journal;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Where and how much a replica journals.
 *
 * @param directory this replica's alone, on a volume that outlives it; null: no journal
 * @param mostBytes all segments together, 1 MiB to 1 GiB
 * @param kept      how long an entry whose commit was acknowledged stays where no synchronous standby has it
 * @param patience  longest wait for the disk before a commit goes on without
 * @param pass      time between two looks at what is left to be done
 */
public record JournalSettings(@Nullable Path directory, long mostBytes, Duration kept, Duration patience, Duration pass) {
  /** How long an erased answer may still stand in the journal of another replica that runs. */
  public static final Duration HORIZON = Duration.ofHours(24);
  private static final long MIB = 1 << 20;
  private static final int SEGMENTS = 8;
  /** A larger file was not written by a journal. */
  static final long LONGEST_SEGMENT = 16 * MIB;

  /** Checks the limits. */
  public JournalSettings {
    if (mostBytes < MIB || mostBytes > 1024 * MIB) {
      throw new IllegalArgumentException("a journal has 1 MiB to 1 GiB");
    }
    if (!kept.isPositive() || !patience.isPositive() || !pass.isPositive()) {
      throw new IllegalArgumentException("times of the journal are positive");
    }
  }

  /** The usual times. */
  public static JournalSettings at(@Nullable Path directory, int mebibytes) {
    return new JournalSettings(directory, mebibytes * MIB, HORIZON, Duration.ofSeconds(2), Duration.ofSeconds(1));
  }

  int segmentMost() {
    return (int) Math.min(mostBytes / SEGMENTS, LONGEST_SEGMENT);
  }
}
