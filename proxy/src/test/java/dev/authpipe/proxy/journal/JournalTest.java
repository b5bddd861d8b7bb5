package dev.authpipe.proxy.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.journal.JournalCounts.Without;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** The files of a journal, on a real disk. What is sealed here is just bytes. */
@Tag("S54")
class JournalTest {
  private static final WorkspaceId WORKSPACE = new WorkspaceId(UUID.randomUUID());
  private static final IntegrationId INTEGRATION = new IntegrationId(UUID.randomUUID());

  @TempDir
  private Path directory;
  private final ManualClock clock = ManualClock.atNoon();
  private final Randomness randomness = new Randomness(new SecureRandom(), clock);
  private final List<Journal> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Journal::close);
  }

  private JournalSettings settings() {
    return new JournalSettings(directory, 1 << 20, Duration.ofHours(24), Duration.ofSeconds(10), Duration.ofSeconds(1));
  }

  private Journal open() {
    Journal journal = new Journal(settings(), clock, randomness, Ticker.systemTicker());
    assertThat(journal.open()).isTrue();
    opened.add(journal);
    return journal;
  }

  private JournalPlace place(long generation) {
    return new JournalPlace(JournalPurpose.REFRESH, true, false, WORKSPACE, new ConnectionId(UUID.randomUUID()),
        UUID.randomUUID(),
        INTEGRATION, "sandbox", generation, 3, clock.instant());
  }

  private static JournalEntry keep(Journal journal, JournalPlace place, byte[] sealed) {
    return Objects.requireNonNull(journal.keep(place, context -> sealed));
  }

  private static byte[] sealed(int fill, int length) {
    byte[] sealed = new byte[length];
    Arrays.fill(sealed, (byte) fill);
    return sealed;
  }

  @Test
  void keptAnswerIsFoundByTheNextProcess() {
    Journal first = open();
    JournalPlace place = place(7);
    keep(first, place, sealed(5, 600));
    first.close();
    Journal second = open();
    assertThat(second.entries().left()).singleElement().satisfies(entry -> {
      assertThat(entry.place()).isEqualTo(place);
      assertThat(second.sealed(entry)).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(sealed(5, 600)));
    });
    assertThat(second.answerTo(WORKSPACE, place.connection(), 7)).isNotNull();
    assertThat(second.answerTo(WORKSPACE, place.connection(), 8)).isNull();
  }

  @Test
  void tornTailIsLeftOutAtEveryByteOfTheLastRecord() throws IOException {
    Journal first = open();
    JournalPlace kept = place(1);
    keep(first, kept, sealed(1, 80));
    keep(first, place(2), sealed(2, 80));
    first.close();
    byte[] whole = Files.readAllBytes(onlySegment());
    SegmentScan scan = SegmentScan.of(whole);
    int last = scan.entries().getLast().position();
    for (int end = last; end < whole.length; end++) {
      byte[] torn = Arrays.copyOf(whole, end);
      SegmentScan found = SegmentScan.of(torn);
      assertThat(found.entries()).as("cut at %d", end).hasSize(1);
      assertThat(found.damaged()).as("cut at %d", end).isZero();
      assertThat(found.torn()).as("cut at %d", end).isEqualTo(end > last);
      byte[] zeros = Arrays.copyOf(torn, whole.length); // the file was made longer before its bytes were written
      assertThat(SegmentScan.of(zeros).entries()).as("zeros from %d", end).hasSize(1);
    }
    for (int end : List.of(last + 1, last + 8, last + 9, whole.length - 1)) {
      Files.write(onlySegment(), Arrays.copyOf(whole, end));
      Journal again = open();
      assertThat(again.entries().left()).extracting(JournalEntry::place).containsExactly(kept);
      assertThat(again.counts().torn()).isEqualTo(1);
      again.close();
      Files.write(onlySegment(), whole);
    }
  }

  @Test
  void whateverByteOfARecordIsChangedItIsNotBelievedAndTheNextOneIsFound() throws IOException {
    Journal first = open();
    keep(first, place(1), sealed(1, 80));
    keep(first, place(2), sealed(2, 80));
    first.close();
    byte[] whole = Files.readAllBytes(onlySegment());
    List<SegmentScan.Found> both = SegmentScan.of(whole).entries();
    for (int at = both.getFirst().position(); at < both.getLast().position(); at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x40;
      SegmentScan found = SegmentScan.of(changed);
      assertThat(found.entries()).as("byte %d", at).hasSize(1);
      assertThat(found.entries().getFirst().place().generation()).isEqualTo(2);
      assertThat(found.damaged()).as("byte %d", at).isEqualTo(1);
    }
  }

  @Test
  void secondJournalOnADirectoryIsRefused() {
    Journal first = open();
    Journal second = new Journal(settings(), clock, randomness, Ticker.systemTicker());
    assertThatThrownBy(second::open).isInstanceOf(JournalInUseException.class).hasMessageContaining(directory.toString());
    first.close();
    assertThat(open().isOpen()).isTrue();
  }

  @Test
  @Tag("S51")
  void erasedAnswerIsNoLongerInTheFile() throws IOException {
    Journal journal = open();
    JournalEntry gone = keep(journal, place(1), sealed(0x5A, 300));
    JournalEntry stays = keep(journal, place(2), sealed(0x33, 300));
    journal.erase(List.of(gone));
    byte[] file = Files.readAllBytes(onlySegment());
    assertThat(count(file, (byte) 0x5A)).isLessThan(20);
    assertThat(count(file, (byte) 0x33)).isGreaterThanOrEqualTo(300);
    journal.close();
    assertThat(open().entries().left()).extracting(JournalEntry::place).containsExactly(stays.place());
  }

  @Test
  void atTheLimitSettledAnswersGoFirstAndUnsettledOnesStay() {
    Journal journal = open();
    JournalEntry unsettled = keep(journal, place(1), sealed(9, 10_000));
    List<JournalEntry> settled = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      JournalEntry one = keep(journal, place(2 + i), sealed(i, 10_000));
      journal.settled(one);
      settled.add(one);
    }
    assertThat(journal.bytes()).isLessThanOrEqualTo(journal.mostBytes());
    assertThat(journal.counts().givenUpEarly()).isPositive();
    assertThat(settled.getFirst().state()).isEqualTo(JournalEntry.State.ERASED);
    assertThat(settled.getLast().state()).isEqualTo(JournalEntry.State.SETTLED);
    assertThat(journal.sealed(unsettled)).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(sealed(9, 10_000)));
    journal.close();
    assertThat(open().entries().left()).extracting(JournalEntry::place).contains(unsettled.place());
  }

  @Test
  void journalFullOfUnsettledAnswersRefusesMoreAndCountsThem() {
    Journal journal = open();
    int kept = 0;
    for (int i = 0; i < 40; i++) {
      kept += journal.keep(place(i), context -> sealed(1, 60_000)) == null ? 0 : 1;
    }
    assertThat(kept).isBetween(10, 17);
    assertThat(journal.counts().committedWithout(Without.FULL)).isEqualTo(40 - kept);
    assertThat(journal.unsettled()).isEqualTo(kept);
    journal.erase(journal.entries().unsettled(WORKSPACE));
    assertThat(journal.keep(place(99), context -> sealed(1, 60_000))).as("once there is room again").isNotNull();
  }

  @Test
  void answersThatComeTogetherWaitForTheDiskOnce() throws IOException {
    JournalCounts counts = new JournalCounts();
    JournalFiles files = JournalFiles.open(directory, settings(), randomness, one -> {});
    try (JournalWriter writer = new JournalWriter(files, counts, Ticker.systemTicker())) {
      List<CompletableFuture<@Nullable Without>> writes = new ArrayList<>();
      writer.whileHeld(() -> {
        for (int i = 0; i < 100; i++) {
          JournalPlace place = place(i);
          JournalEntry entry = new JournalEntry(place, files.id(), JournalEntry.State.HELD, sealed(1, 100));
          writes.add(writer.append(entry, JournalFrame.entry(place.encode(), sealed(1, 100))));
        }
      });
      writes.forEach(one -> assertThat(one.join()).isNull());
      assertThat(counts.writes()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void answerThatCannotBeSealedIsCountedAndCostsNothing() {
    Journal journal = open();
    assertThat(journal.keep(place(1), context -> {
      throw new IllegalStateException("no key");
    })).isNull();
    assertThat(journal.keep(place(1), context -> new byte[JournalFrame.BODY_MOST])).isNull();
    assertThat(journal.counts().committedWithout(Without.SEAL)).isEqualTo(2);
    assertThat(journal.size()).isZero();
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    directory = directory.resolve("made");
    keep(open(), place(1), sealed(1, 100));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlySegment()))).isEqualTo("rw-------");
    assertThat(JournalInspection.of(directory)).satisfies(found -> {
      assertThat(found.exposed()).isFalse();
      assertThat(found.running()).isTrue();
      assertThat(found.entries()).isEqualTo(1);
    });
  }

  @Test
  @Tag("S2")
  void segmentOfAnotherJournalIsSetAsideAndReported() throws IOException {
    Journal first = open();
    keep(first, place(1), sealed(1, 100));
    first.close();
    byte[] foreign = new SegmentHeader(UUID.randomUUID(), 9).encode();
    Files.write(directory.resolve(Segment.fileName(9)), Arrays.copyOf(foreign, 200));
    Journal again = open();
    assertThat(again.entries().left()).hasSize(1);
    assertThat(again.counts().damaged()).isEqualTo(1);
    assertThat(directory.resolve("00000009.journal.refused")).exists();
  }

  @Test
  void emptySegmentsDoNotPileUp() throws IOException {
    for (int i = 0; i < 5; i++) {
      Journal journal = open();
      JournalEntry one = keep(journal, place(i), sealed(1, 100));
      journal.erase(List.of(one));
      journal.expire();
      journal.close();
    }
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all.filter(path -> path.toString().endsWith(".journal"))).hasSizeLessThanOrEqualTo(2);
    }
  }

  private Path onlySegment() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> path.toString().endsWith(".journal") && path.toFile().length() > SegmentHeader.LENGTH).findFirst()
          .orElseThrow();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static int count(byte[] bytes, byte wanted) {
    int count = 0;
    for (byte one : bytes) {
      count += one == wanted ? 1 : 0;
    }
    return count;
  }
}
