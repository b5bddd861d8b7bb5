package dev.authpipe.proxy.ops;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares this host's clock with those of the databases: leases, expiries and certificates are judged by the one, rows carry the time of
 * the others. What the question itself took counts for neither.
 */
final class ClockExamination {
  private static final Duration NOTICEABLE = Duration.ofSeconds(2);
  private static final Duration HARMFUL = Duration.ofSeconds(30);

  private ClockExamination() {}

  static List<Finding> of(SettingValues values, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    Stores.all(values).forEach((place, of) -> {
      for (Settings.StoreKeys keys : List.of(Settings.VAULT, Settings.CLIENT_SECRETS)) {
        findings.add(one(Stores.where(place) + keys.url.key(), of, keys, clock));
      }
    });
    return findings;
  }

  private static Finding one(String name, SettingValues values, Settings.StoreKeys keys, Clock clock) {
    try (Connection connection = Stores.application(values, keys); Statement statement = connection.createStatement()) {
      Instant before = clock.instant();
      Instant there;
      try (ResultSet row = statement.executeQuery("select (extract(epoch from clock_timestamp()) * 1000)::bigint")) {
        row.next();
        there = Instant.ofEpochMilli(row.getLong(1));
      }
      Instant after = clock.instant();
      Duration off = there.isBefore(before)
          ? Duration.between(there, before)
          : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
      String sentence = "it is " + off.toMillis() + " ms " + (there.isBefore(before) ? "ahead of" : "behind") + " that of "
          + name;
      if (off.compareTo(HARMFUL) > 0) {
        return Finding.failed(Check.CLOCK, sentence);
      }
      return off.compareTo(NOTICEABLE) > 0
          ? Finding.weak(Check.CLOCK, sentence)
          : Finding.ok(Check.CLOCK, "it agrees with that of " + name);
    } catch (SQLException away) {
      return Finding.weak(Check.CLOCK, name + " does not answer: nothing to compare with", "look at the store");
    }
  }
}
