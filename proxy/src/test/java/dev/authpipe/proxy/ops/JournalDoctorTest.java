package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.ops.Finding.Grade;
import dev.authpipe.testkit.EmbeddedDatabases;

/** What {@code doctor} says of the rescue journal. */
@Tag("S54")
class JournalDoctorTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();

  @TempDir
  private Path directory;
  private Path config;
  private Path journal;

  @BeforeEach
  void write() throws IOException {
    config = ProxyFiles.write(directory, STORES, AuthpipeCommandTest.WORKSPACE);
    journal = directory.resolve("journal");
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  private void set(String yaml) throws IOException {
    Files.writeString(config, yaml, StandardOpenOption.APPEND);
  }

  private List<Finding> found(Check check) {
    return Examination.of(config, Map.of(), Clock.systemUTC()).stream().filter(one -> one.check() == check).toList();
  }

  private void assertSays(Grade grade, String part) {
    assertThat(found(Check.JOURNAL)).anySatisfy(one -> {
      assertThat(one.grade()).isEqualTo(grade);
      assertThat(one.sentence()).contains(part);
    });
  }

  @Test
  void withoutADirectoryItSaysWhichGrantsAreLost() throws IOException {
    Files.writeString(config, Files.readString(config).replace("mode: development", "mode: production"));
    assertSays(Grade.WEAK, "cost the grant where refresh tokens are used once");
  }

  @Test
  void developmentHasOneWithoutBeingAsked() {
    assertSays(Grade.OK, "journal-");
    assertThat(found(Check.STANDBY)).anySatisfy(one -> assertThat(one.sentence()).contains("names no synchronous standby"));
  }

  @Test
  void directoryThatCannotBeUsedIsAFailure() throws IOException {
    Files.writeString(journal, "a file");
    set("refresh: {journal_directory: journal}\n");
    assertSays(Grade.FAILED, "is not a directory that can be written");
  }

  @Test
  void damageFullnessAndReadersAreNamed() throws IOException {
    Files.createDirectory(journal, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(journal.resolve("00000001.journal"), "x".repeat(1_000_000), StandardCharsets.US_ASCII);
    set("refresh: {journal_directory: journal, journal_mib: 1}\n");
    assertSays(Grade.WEAK, "1 damaged places");
    assertSays(Grade.WEAK, "nearly full");
    assertSays(Grade.WEAK, "can be read by others");
  }
}
