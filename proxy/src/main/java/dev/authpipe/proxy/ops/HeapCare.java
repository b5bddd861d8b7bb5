package dev.authpipe.proxy.ops;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.WriteBehind;

/**
 * Has the serial collector collect the old generation once much of it can have died. By itself it lets the old generation grow, up to the largest heap, before it
 * looks into it for the first time: a proxy that does little would have hundreds of megabytes resident after some hours, most of them garbage. Leaves every other
 * collector alone; a JVM with {@code -XX:+DisableExplicitGC} takes no notice.
 */
@Singleton
final class HeapCare {
  private static final Logger LOG = LoggerFactory.getLogger(HeapCare.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  /** What may have been added before the first look, in bytes; and to a larger heap a third. */
  private static final long LEAST = 64L << 20;
  private static final int SHARE = 3;
  /** The old generation of the serial collector, and of no other. */
  private static final String POOL = "Tenured Gen";

  /** An old generation, in bytes. */
  interface OldGeneration {
    long used();

    /** What was used after it was last collected; 0 if it never was. */
    long usedAfterCollection();

    /** Collects it, while everything waits. */
    void collect();
  }

  private final WriteBehind looking = new WriteBehind("heap-care", EVERY, this::look);
  private final Optional<OldGeneration> generation;
  private long first; // of the thread that looks

  /** Of this process. */
  HeapCare() {
    this(here());
  }

  HeapCare(Optional<OldGeneration> generation) {
    this.generation = generation;
  }

  private static Optional<OldGeneration> here() {
    return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals(POOL)).findFirst()
        .map(Pool::new);
  }

  /** Starts looking, where there is something to look at. */
  void watch() {
    if (generation.isPresent()) {
      looking.start();
    }
  }

  /** Looks once. */
  void look() {
    generation.ifPresent(this::look);
  }

  private void look(OldGeneration old) {
    long used = old.used();
    if (first == 0) {
      first = used;
    }
    long live = old.usedAfterCollection() == 0 ? first : old.usedAfterCollection();
    if (used - live > Math.max(LEAST, live / SHARE)) {
      old.collect();
      LOG.debug("the old generation was collected: {} MiB before, {} MiB after", used >> 20, old.used() >> 20);
    }
  }

  @PreDestroy
  void stop() {
    looking.close();
  }

  private record Pool(MemoryPoolMXBean bean) implements OldGeneration {
    @Override
    public long used() {
      return bean.getUsage().getUsed();
    }

    @Override
    public long usedAfterCollection() {
      MemoryUsage after = bean.getCollectionUsage();
      return after == null ? 0 : after.getUsed();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
