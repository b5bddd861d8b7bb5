package dev.authpipe.proxy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.journal.JournalCounts.Without;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** A journal on a disk that is really full: a file system of 512 KiB, in a mount namespace of a process of its own. */
@Tag("S54")
class JournalDiskFullFaultTest {

  @Test
  void fullDiskCostsNoAnswerIsCountedAndIsUsedAgainOnceThereIsRoom(@TempDir Path directory)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        "mount -t tmpfs -o size=512k tmpfs \"$1\" && exec \"$2\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \"$3\" \"$4\" \"$1\"",
        "sh",
        directory.toString(), java, System.getProperty("java.class.path"), Child.class.getName()).redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("refused by the disk: true", "all readable: true", "room again: true", "found again: true");
  }

  /** What runs in the process. */
  static final class Child {
    private static final byte[] SEALED = new byte[8_000];

    private Child() {}

    /**
     * Fills the disk, makes room, and says what it saw.
     *
     * @param args the directory
     */
    public static void main(String[] args) {
      JournalSettings settings = new JournalSettings(Path.of(args[0]), 64 << 20, Duration.ofHours(24), Duration.ofSeconds(10),
          Duration.ofSeconds(1));
      Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
      List<JournalEntry> kept = new ArrayList<>();
      try (Journal journal = new Journal(settings, Clock.systemUTC(), randomness, Ticker.systemTicker())) {
        boolean open = journal.open();
        for (int i = 0; open && i < 100; i++) {
          JournalEntry entry = journal.keep(place(i), context -> SEALED);
          if (entry != null) {
            kept.add(entry);
          }
        }
        System.out.println("refused by the disk: " + (kept.size() < 100 && kept.size() > 40
            && journal.counts().committedWithout(Without.DISK) == 100 - kept.size()));
        System.out
            .println("all readable: " + kept.stream().allMatch(entry -> journal.sealed(entry).orElseThrow().length == 8_000));
        kept.forEach(journal::settled);
        journal.erase(kept);
        journal.expire();
        System.out.println("room again: " + (journal.keep(place(200), context -> SEALED) != null));
      }
      try (Journal journal = new Journal(settings, Clock.systemUTC(), randomness, Ticker.systemTicker())) {
        boolean open = journal.open();
        System.out.println("found again: " + (open && journal.entries().left().size() == 1 && journal.counts().damaged() == 0));
      }
      Runtime.getRuntime().halt(0);
    }

    private static JournalPlace place(long generation) {
      return new JournalPlace(JournalPurpose.REFRESH, true, false, new WorkspaceId(new UUID(1, 1)),
          new ConnectionId(UUID.randomUUID()),
          UUID.randomUUID(), new IntegrationId(new UUID(2, 2)), "sandbox", generation, 1, Clock.systemUTC().instant());
    }
  }
}
