package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.ops.HeapCare.OldGeneration;

class HeapCareTest {
  private static final long MIB = 1L << 20;
  private final Scripted old = new Scripted();
  private final HeapCare care = new HeapCare(Optional.of(old));

  @Test
  void anOldGenerationIsCollectedWhenMuchWasAddedToIt() {
    look(25);
    look(88);
    assertThat(old.collections).isZero();
    look(90);
    assertThat(old.collections).isOne();
  }

  @Test
  void ofAMuchLargerOneMoreMayBeAdded() {
    old.after = 300 * MIB;
    look(395);
    assertThat(old.collections).isZero();
    look(401);
    assertThat(old.collections).isOne();
  }

  @Test
  void otherCollectorsAreLeftAlone() {
    HeapCare none = new HeapCare(Optional.empty());
    none.watch();
    none.look();
    none.stop();
  }

  /** In a JVM with the collector that servers have: garbage that got old is found, and what is held stays. */
  @Test
  void theSerialCollectorGivesBackWhatDied() throws Exception {
    List<String> said = child("-XX:+UseSerialGC", "-Xms96m", "-Xmn8m", "-Xmx512m");
    assertThat(said).hasSize(2);
    assertThat(Long.parseLong(said.get(0))).as("MiB before the look").isGreaterThan(80);
    assertThat(Long.parseLong(said.get(1))).as("MiB after it").isLessThan(40);
  }

  @Test
  void aJvmWithAnotherCollectorIsNotMadeToCollect() throws Exception {
    assertThat(child("-XX:+UseG1GC", "-Xmx512m")).containsExactly("nothing to look at");
  }

  private void look(long mebibytes) {
    old.used = mebibytes * MIB;
    care.look();
  }

  private static List<String> child(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines;
    try (var output = process.getInputStream()) {
      lines = new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return lines;
  }

  /** Makes the old generation full of what is dead, looks, and says what is in it before and after. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      HeapCare care = new HeapCare();
      care.look();
      var pool = ManagementFactory.getMemoryPoolMXBeans().stream().filter(one -> one.getName().equals("Tenured Gen")).findFirst();
      if (pool.isEmpty()) {
        System.out.println("nothing to look at");
        return;
      }
      List<byte[]> held = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        held.add(new byte[1 << 20]);
      }
      held.subList(10, held.size()).clear();
      System.out.println(pool.get().getUsage().getUsed() >> 20);
      care.look();
      System.out.println(pool.get().getUsage().getUsed() >> 20);
      held.forEach(one -> one[0] = 1);
    }
  }

  private static final class Scripted implements OldGeneration {
    private long used;
    private long after;
    private int collections;

    @Override
    public long used() {
      return used;
    }

    @Override
    public long usedAfterCollection() {
      return after;
    }

    @Override
    public void collect() {
      collections++;
      after = 30 * MIB;
    }
  }
}
