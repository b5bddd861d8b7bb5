package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.job.Jobs;

/** {@code authpipe jobs}: says how scheduled work stands, and has one of it done now by a running replica. Runs nothing by itself. */
@Command(name = "jobs", description = "Say how scheduled work stands, and have one of it done now.")
final class JobsCommand {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int MOST_LOOKS = 600;

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  JobsCommand(Console console) {
    this.console = console;
  }

  @Command(name = "list", description = "List scheduled work: when it ran last, and what failed.")
  int list(@Mixin CommonOptions options) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), null)) {
      List<Jobs.Status> all = session.get(Jobs.class).list();
      List<String> lines = new ArrayList<>();
      lines.add("%-20s  %-16s  %-20s  %-20s  %s".formatted("JOB", "SCHEDULE", "STARTED", "COMPLETED", "STATE"));
      all.forEach(
          one -> lines.add("%-20s  %-16s  %-20s  %-20s  %s".formatted(one.name(), one.schedule() == null ? "?" : one.schedule(),
              text(one.startedAt()), text(one.completedAt()), state(one))));
      console.result(options.json, Map.of("jobs", all.stream().map(JobsCommand::object).toList()),
          all.isEmpty() ? List.of("no replica has run yet") : lines);
      return 0;
    }
  }

  @Command(name = "run", description = "Have a running replica do it now, and wait up to two minutes for its end.")
  int run(@Mixin CommonOptions options, @Parameters(paramLabel = "NAME", description = "As jobs list shows it.") String name) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), "jobs.run")) {
      Jobs jobs = session.get(Jobs.class);
      if (!jobs.want(name)) {
        throw new StartupException(
            "there is no job " + name + "; there are: " + jobs.list().stream().map(Jobs.Status::name).toList());
      }
      Jobs.Status ended = ended(jobs, name);
      if (ended == null) {
        throw new StartupException("no replica took it up and ended it within 2 min; it stays asked for");
      }
      console.result(options.json, object(ended), List.of(name + ": " + state(ended)));
      return ended.failures() == 0 ? 0 : 1;
    }
  }

  /** Waits until a replica has begun it and is not at it any more. */
  private static Jobs.@Nullable Status ended(Jobs jobs, String name) {
    for (int i = 0; i < MOST_LOOKS; i++) {
      Jobs.Status status = jobs.list().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
      if (!status.wanted() && !status.running()) {
        return status;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return null;
  }

  private static String state(Jobs.Status job) {
    if (job.wanted()) {
      return "asked for";
    }
    if (job.running()) {
      return "running";
    }
    return job.failures() == 0 ? "ok" : "failed " + job.failures() + " times in a row: " + job.reason();
  }

  private static String text(@Nullable Instant time) {
    return time == null ? "never" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> object(Jobs.Status job) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", job.name());
    object.put("schedule", job.schedule() == null ? "" : job.schedule());
    object.put("state", job.wanted() ? "asked_for" : job.running() ? "running" : job.failures() == 0 ? "ok" : "failed");
    object.put("failures", job.failures());
    object.put("started_at", text(job.startedAt()));
    object.put("completed_at", text(job.completedAt()));
    if (job.reason() != null) {
      object.put("reason", job.reason());
    }
    return object;
  }
}
