package dev.authpipe.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.StreamKey;
import dev.authpipe.proxy.envelope.StreamKeys;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;

/** What becomes of a backup's bytes that were not left alone, and how many of them are ever in memory. */
@Tag("S53")
class BackupFileTest {
  private static final int MIB = 1 << 20;

  @TempDir
  Path directory;
  private KekRegistry keks;
  private StreamKeys keys;

  @BeforeEach
  void open() throws IOException {
    Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
    keks = new KekRegistry(List.of(LocalKek.create("main", directory.resolve("main.kek"), randomness),
        LocalKek.create("other", directory.resolve("other.kek"), randomness)), Duration.ofSeconds(5));
    keys = new StreamKeys(keks, randomness);
  }

  @AfterEach
  void close() {
    keks.close();
  }

  private static BackupHeader header(int number) {
    return new BackupHeader("acme", "vault", "", new UUID(7, number), 19, Instant.ofEpochMilli(1_790_000_000_000L), "main");
  }

  /** Incompressible rows: what goes in must come out as it goes on. */
  private byte[] written(BackupHeader header, int rows, int length, OutputStream more) throws IOException {
    Path file = directory.resolve("written");
    Random random = new Random(header.id().getLeastSignificantBits());
    try (OutputStream out = Files.newOutputStream(file);
        StreamKey key = keys.make(header.kek(), header.context());
        BackupWriter writer = new BackupWriter(both(out, more), header, key)) {
      writer.table("numbers", List.of("bytes"));
      for (int i = 0; i < rows; i++) {
        byte[] row = new byte[length];
        random.nextBytes(row);
        for (int j = 0; j < length; j++) {
          row[j] = row[j] == '\n' ? (byte) 'n' : row[j];
        }
        row[length - 1] = '\n';
        writer.rows().write(row);
        more.flush();
      }
      writer.endOfTable(rows);
      assertThat(writer.end().rows()).isEqualTo(rows);
    }
    return Files.readAllBytes(file);
  }

  private static OutputStream both(OutputStream one, OutputStream other) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        one.write(b);
        other.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        one.write(bytes, offset, length);
        other.write(bytes, offset, length);
      }
    };
  }

  private BackupTotals read(byte[] bytes, String kek) throws Exception {
    Path file = Files.write(directory.resolve("read"), bytes);
    return new BackupReader(keys, _ -> {}).read(file, BackupReader.header(file), kek, BackupVisitor.NONE);
  }

  private void refused(String what, byte[] bytes) {
    assertThatThrownBy(() -> read(bytes, "main")).as(what).isInstanceOfSatisfying(BackupException.class,
        failure -> assertThat(failure.reason()).isEqualTo(Reason.FILE_REFUSED));
  }

  @Test
  void noMoreThanAFewSegmentsAreInMemoryHoweverLargeABackupIs() throws Exception {
    int rows = 14;
    AtomicLong out = new AtomicLong();
    AtomicLong most = new AtomicLong();
    long[] in = new long[1];
    byte[] file = written(header(1), rows, MIB / 2, new OutputStream() {
      @Override
      public void write(int b) {
        out.incrementAndGet();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        out.addAndGet(length);
      }

      @Override
      public void flush() { // after each row
        in[0] += MIB / 2;
        most.accumulateAndGet(in[0] - out.get(), Math::max);
      }
    });
    assertThat(file.length).isGreaterThan(6 * MIB);
    assertThat(most.get()).as("bytes that went in and did not come out yet").isLessThan(3 * MIB);

    AtomicLong fromFile = new AtomicLong();
    AtomicLong shown = new AtomicLong();
    AtomicLong ahead = new AtomicLong();
    Path at = Files.write(directory.resolve("large"), file);
    BackupTotals totals = new BackupReader(keys, fromFile::set).read(at, BackupReader.header(at), "main", new BackupVisitor() {
      @Override
      public void rows(byte[] bytes, int length) {
        ahead.accumulateAndGet(fromFile.get() - shown.addAndGet(length), Math::max);
      }
    });
    assertThat(totals.rows()).isEqualTo(rows);
    assertThat(shown.get()).isEqualTo((long) rows * MIB / 2);
    assertThat(ahead.get()).as("bytes that were read and not shown yet").isLessThan(3 * MIB);
  }

  @Test
  void whatWasChangedCutLengthenedReorderedOrSplicedIsRefused() throws Exception {
    byte[] file = written(header(1), 5, 3 * MIB / 4, OutputStream.nullOutputStream());
    assertThat(read(file, "main").rows()).isEqualTo(5);
    int beginning = 22 + ByteBuffer.wrap(file, 18, 4).getInt();
    Random random = new Random(42);
    for (int i = 0; i < 8; i++) {
      byte[] changed = file.clone();
      int at = i < 4 ? beginning + i * 13 : beginning + random.nextInt(file.length - beginning);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      refused("a bit at " + at, changed);
    }
    for (int at : List.of(20, 25, 40, beginning - 1)) {
      byte[] changed = file.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> read(changed, "main")).as("a bit of the header at " + at).isInstanceOf(BackupException.class);
    }
    for (int length : List.of(0, 5, beginning, beginning + 39, beginning + MIB, beginning + 3 * MIB, file.length - 1)) {
      refused("the first " + length, Arrays.copyOf(file, length));
    }
    refused("longer", Arrays.copyOf(file, file.length + 1));
    List<byte[]> segments = segments(file, beginning);
    assertThat(segments).hasSizeGreaterThan(3);
    byte[] second = segments.get(1);
    segments.set(1, segments.get(2));
    segments.set(2, second);
    refused("segments in another order", joined(file, beginning, segments));
    segments.remove(1);
    refused("a segment less", joined(file, beginning, segments));

    byte[] other = written(header(2), 5, 3 * MIB / 4, OutputStream.nullOutputStream());
    List<byte[]> spliced = segments(file, beginning);
    spliced.set(1, segments(other, 22 + ByteBuffer.wrap(other, 18, 4).getInt()).get(1));
    refused("a segment of another backup", joined(file, beginning, spliced));
    byte[] otherHeader = other.clone();
    System.arraycopy(file, beginning, otherHeader, 22 + ByteBuffer.wrap(other, 18, 4).getInt(),
        Math.min(file.length - beginning, otherHeader.length - beginning));
    refused("the header of another backup", otherHeader);
  }

  /** The stream's own header stays with the first segment. */
  private static List<byte[]> segments(byte[] file, int beginning) {
    List<byte[]> segments = new ArrayList<>();
    for (int at = beginning; at < file.length; at += MIB) {
      segments.add(Arrays.copyOfRange(file, at, Math.min(file.length, at + MIB)));
    }
    return segments;
  }

  private static byte[] joined(byte[] file, int beginning, List<byte[]> segments) {
    ByteBuffer joined = ByteBuffer.allocate(file.length).put(file, 0, beginning);
    segments.forEach(joined::put);
    return Arrays.copyOf(joined.array(), joined.position());
  }

  @Test
  void anotherKekOrOneThatRefusesOpensNothing() throws Exception {
    byte[] file = written(header(1), 1, 100, OutputStream.nullOutputStream());
    assertThatThrownBy(() -> read(file, "other")).isInstanceOfSatisfying(BackupException.class,
        failure -> assertThat(failure.reason()).isEqualTo(Reason.FILE_REFUSED));
    Files.delete(directory.resolve("main.kek"));
    assertThatThrownBy(() -> read(file, "main")).isInstanceOfSatisfying(BackupException.class,
        failure -> assertThat(failure.reason()).isEqualTo(Reason.KEY_REFUSED));
  }

  @Test
  void aFileHasItsNameOnlyWhenItIsWhole() throws Exception {
    Path backups = Files.createDirectory(directory.resolve("backups"));
    BackupDirectory kept = new BackupDirectory(backups);
    BackupName name = BackupName.of(header(1));
    assertThatThrownBy(() -> kept.write(name, out -> {
      out.write(1);
      assertThat(kept.list("acme")).isEmpty();
      throw new IOException("the disk is full");
    })).isInstanceOf(IOException.class);
    try (var files = Files.list(backups)) {
      assertThat(files).isEmpty();
    }
    Path file = kept.write(name, out -> out.write("whole".getBytes(StandardCharsets.US_ASCII)));
    assertThat(kept.list("acme")).containsExactly(name);
    assertThat(Files.getPosixFilePermissions(file)).extracting(Enum::name).containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    assertThatThrownBy(() -> kept.write(name, out -> out.write(2))).isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo("whole");
  }

  @Test
  void theLastTenStayAndNoneLongerThanThirtyDaysAndNothingElseIsTouched() throws Exception {
    Instant now = Instant.parse("2027-03-31T12:00:00Z");
    Path backups = Files.createDirectory(directory.resolve("backups"));
    BackupDirectory kept = new BackupDirectory(backups);
    for (String database : List.of("vault", "client_secrets", "vault.eu")) {
      for (int i = 0; i < 12; i++) {
        Files.writeString(
            backups.resolve(new BackupName("acme", database, now.minus(Duration.ofDays(database.equals("vault.eu") ? 4L * i : i)),
                new UUID(1, i)).toString()),
            "x");
      }
    }
    Path others = Files.writeString(backups.resolve("globex.vault.20200101T000000Z." + new UUID(1, 1) + ".backup"), "x");
    Path notes = Files.writeString(backups.resolve("notes.backup"), "x");
    Path young = Files.writeString(backups.resolve(".acme.vault.20270331T115900Z." + new UUID(1, 2) + ".backup.partial"), "x");
    Path left = Files.writeString(backups.resolve(".acme.vault.20270301T115900Z." + new UUID(1, 3) + ".backup.partial"), "x");
    Files.setLastModifiedTime(young, FileTime.from(now.minusSeconds(60)));
    Files.setLastModifiedTime(left, FileTime.from(now.minus(Duration.ofDays(2))));
    assertThat(kept.tidy("acme", 10, Duration.ofDays(30), now)).isEqualTo(2 + 2 + 4);
    assertThat(kept.list("acme").stream().filter(one -> one.database().equals("vault"))).hasSize(10);
    assertThat(kept.list("acme").stream().filter(one -> one.database().equals("vault.eu"))).as("28 days and younger").hasSize(8);
    assertThat(List.of(others, notes, young)).allMatch(Files::exists);
    assertThat(left).doesNotExist();
  }
}
