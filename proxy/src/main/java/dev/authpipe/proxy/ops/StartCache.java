package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * What became of the cache that the launcher gave this JVM to start from (docs/operations.md). A JVM that cannot use one starts as ever, and the
 * launcher keeps it silent: this is where it is told.
 */
enum StartCache {
  USED("in use"),
  NONE("none; bin/authpipe start-cache makes one"),
  UNFIT("of another JDK, other jars or options, or damaged, and not used; bin/authpipe start-cache makes a new one"),
  UNKNOWN("given; this system does not say whether it is in use");

  private static final Path MAPS = Path.of("/proc/self/maps");

  private final String words;

  StartCache(String words) {
    this.words = words;
  }

  /** Of this process. */
  static StartCache here() {
    String given = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption("AOTCache").getValue();
    if (given.isEmpty()) {
      return NONE;
    }
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.anyMatch(line -> line.endsWith(given)) ? USED : UNFIT;
    } catch (IOException notLinux) {
      return UNKNOWN;
    }
  }

  @Override
  public String toString() {
    return words;
  }
}
