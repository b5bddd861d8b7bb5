package dev.authpipe.proxy.retire;

import java.time.Duration;

/**
 * What receipts of erasures state of the world around.
 *
 * @param backupsKept how long backups, archived write-ahead logs and replicas that stay behind are kept by the operator; at most 30 days
 */
public record ErasureSettings(Duration backupsKept) {
  /** Longest that backups may be kept. */
  public static final Duration LONGEST = Duration.ofDays(30);

  /** Checks the limit. */
  public ErasureSettings {
    if (!backupsKept.isPositive() || backupsKept.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("backups are kept for 30 days at most");
    }
  }
}
