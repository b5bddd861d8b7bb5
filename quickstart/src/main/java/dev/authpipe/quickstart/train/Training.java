package dev.authpipe.quickstart.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** One training, from nothing to a cache in its place. Leaves the former cache where it is until the new one is whole. */
public final class Training {
  private static final int ROUNDS = 250;
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Training() {}

  /**
   * What came of it.
   *
   * @param calls how many calls the proxy answered
   * @param bytes size of the cache
   */
  public record Result(int calls, long bytes) {}

  /**
   * Trains.
   *
   * @param cache     where the cache is to be
   * @param classPath what servers load; a cache is of this and of what begins with it
   * @param options   JVM options of servers
   */
  public static Result run(Path cache, String classPath, List<String> options) throws IOException, InterruptedException {
    Path fresh = cache.resolveSibling(cache.getFileName() + ".new");
    Path log = cache.resolveSibling(cache.getFileName() + ".log");
    Files.deleteIfExists(fresh);
    int calls;
    boolean whole = false;
    try (TrainingGround ground = TrainingGround.lay();
        Trainee proxy = Trainee.start(ground, fresh, classPath, options, log)) {
      try (TrainingCalls training = new TrainingCalls(ground)) {
        calls = training.run(ROUNDS, LONGEST);
      }
      proxy.stop();
      whole = true;
    } finally {
      Files.deleteIfExists(fresh.resolveSibling(fresh.getFileName() + ".config"));
      if (!whole) {
        Files.deleteIfExists(fresh);
      }
    }
    if (!Files.exists(fresh)) {
      throw new IOException("the JVM wrote none; see " + log);
    }
    Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(log);
    return new Result(calls, Files.size(cache));
  }
}
