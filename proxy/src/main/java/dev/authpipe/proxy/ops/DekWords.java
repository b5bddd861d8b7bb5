package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.KeysetView;
import dev.authpipe.proxy.rotate.RotationView;

/** How keysets and their rotation are told to people and programs. Knows no key. */
final class DekWords {
  static final String HEADING = "%-20s  %-15s  %7s  %-12s  %-16s  %-20s  %8s  %12s".formatted("WORKSPACE", "STORE", "VERSION",
      "STATE", "KEK", "SINCE", "AGE", "RECORDS");

  private DekWords() {}

  /** One line for each keyset, and one for what is under way. */
  static List<String> lines(String workspace, List<RotationView> stores) {
    List<String> lines = new ArrayList<>();
    for (RotationView store : stores) {
      for (KeysetView one : store.keysets()) {
        lines
            .add("%-20s  %-15s  %7d  %-12s  %-16s  %-20s  %8s  %12s".formatted(workspace, name(store), one.version(), one.state(),
                one.kekName(), time(one.since()), age(one), count(store.records().get(one.version()))));
      }
    }
    for (RotationView store : stores) {
      if (store.phase() != RotationView.Phase.NONE) {
        lines.add("%s, %s: %s".formatted(workspace, name(store), sentence(store)));
      }
    }
    return lines;
  }

  private static String name(RotationView store) {
    return store.store().equals("vault") ? "credentials" : "client secrets";
  }

  private static String count(@Nullable Long count) {
    return count == null ? "?" : "%,d".formatted(count);
  }

  private static String age(KeysetView one) {
    Duration age = Duration.between(one.since(), one.now());
    return age.toDays() > 0
        ? age.toDays() + " d"
        : age.toHours() > 0 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
  }

  /** What a rotation does or waits for in one store. */
  static String sentence(RotationView store) {
    return switch (store.phase()) {
      case NONE -> "no rotation is under way";
      case OPENING ->
        "the new keyset opens only, " + until(store) + ", so that every replica has it before anything is sealed with it";
      case SETTLING -> "the new keyset seals; " + until(store) + " a replica may still seal with the one before";
      case RESEALING -> store.records().isEmpty()
          ? "the keys cannot be used now, and nothing is resealed until they can"
          : "%,d of %,d records are still to be resealed".formatted(store.left(), store.total());
      case ENDING -> "everything that lasts is resealed; %,d records that end by themselves name the keyset before%s".formatted(
          store.ending(),
          store.journals().isEmpty()
              ? ""
              : ", and these rescue journals may, or their replicas have not said: " + String.join(", ", store.journals()));
      case UNUSED -> "nothing names the keyset before any more; it is destroyed " + (store.until() == null
          ? "five minutes after that was seen"
          : "after " + time(store.until())) + ", or when the other store has come that far";
    };
  }

  private static String until(RotationView store) {
    Instant until = store.until();
    Instant now = store.keysets().isEmpty() ? null : store.keysets().getFirst().now();
    if (until == null || now == null) {
      return "for some minutes";
    }
    long seconds = Math.max(0, Duration.between(now, until).toSeconds());
    return "for %d:%02d min more".formatted(seconds / 60, seconds % 60);
  }

  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The same for programs. */
  static Map<String, Object> object(RotationView store) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("phase", store.phase().word());
    if (store.until() != null) {
      object.put("until", time(store.until()));
    }
    if (store.asker() != null) {
      object.put("asked_by", store.asker().word());
    }
    object.put("records", store.total());
    object.put("left", store.left());
    object.put("ending", store.ending());
    if (!store.journals().isEmpty()) {
      object.put("journals", store.journals());
    }
    List<Map<String, Object>> keysets = new ArrayList<>();
    for (KeysetView one : store.keysets()) {
      Map<String, Object> keyset = new LinkedHashMap<>();
      keyset.put("version", one.version());
      keyset.put("state", one.state());
      keyset.put("kek", one.kekName());
      keyset.put("created_at", time(one.createdAt()));
      if (one.activatedAt() != null) {
        keyset.put("activated_at", time(one.activatedAt()));
      }
      keyset.put("age_seconds", Math.max(0, Duration.between(one.since(), one.now()).toSeconds()));
      Long records = store.records().get(one.version());
      if (records != null) {
        keyset.put("records", records);
      }
      keysets.add(keyset);
    }
    object.put("keysets", keysets);
    return object;
  }
}
