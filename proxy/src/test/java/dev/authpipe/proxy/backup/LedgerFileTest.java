package dev.authpipe.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.wire.WorkspaceId;

/** The ledger beside the backups. */
@Tag("S53")
class LedgerFileTest {
  private static final WorkspaceId ACME = new WorkspaceId(new UUID(1, 1));
  @TempDir
  Path directory;

  private static LedgerStore.Row row(int number) {
    return new LedgerStore.Row(new LedgerEntry(ACME, new UUID(2, number), number, LedgerEntry.Kind.PERSON, new UUID(3, number),
        Instant.parse("2027-03-01T12:00:00.123456Z")), new byte[37]);
  }

  private Path file() {
    return directory.resolve("acme.erasures");
  }

  private static List<LedgerEntry> entries(LedgerFile file) {
    return file.all().getOrDefault(ACME, Map.of()).values().stream().map(LedgerStore.Row::entry).toList();
  }

  @Test
  void whatReplicasAddIsThereAndOnce() throws Exception {
    LedgerFile one = new LedgerFile(directory, "acme");
    LedgerFile other = new LedgerFile(directory, "acme");
    one.add(List.of(row(1), row(2)));
    other.add(List.of(row(2), row(3)));
    one.add(List.of(row(1)));
    assertThat(entries(other)).containsExactly(row(1).entry(), row(2).entry(), row(3).entry());
    assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(new LedgerFile(directory, "globex").all()).isEmpty();
  }

  @Test
  void aLineThatWasCutOffCostsNoOther() throws Exception {
    LedgerFile file = new LedgerFile(directory, "acme");
    file.add(List.of(row(1)));
    Files.writeString(file(), "1 0000", StandardOpenOption.APPEND);
    new LedgerFile(directory, "acme").add(List.of(row(2)));
    assertThat(entries(file)).containsExactly(row(1).entry(), row(2).entry());
  }

  @Test
  void linesThatAreNoEntriesArePassedOverAndCounted() throws Exception {
    LedgerFile file = new LedgerFile(directory, "acme");
    file.add(List.of(row(1), row(2)));
    List<String> good = Files.readAllLines(file());
    String first = good.getFirst();
    List<String> bad = List.of("2" + first.substring(1), first + " more", first.substring(0, first.length() - 2),
        first.replace(" 1 person ", " 9999999999999999999 person "), first.replace("person", "anybody"),
        first.replace("2027-03-01T", "2027-02-30T"), first.replace("00000000-0000-0001", "0000000A-0000-0001"), "\u0000\u00ff",
        " ");
    Files.writeString(file(), String.join("\n", bad) + "\n\n" + good.getLast() + "\n");
    Logger logger = (Logger) LoggerFactory.getLogger(LedgerFile.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
      assertThat(entries(file)).containsExactly(row(2).entry());
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(logged.list).extracting(ILoggingEvent::getFormattedMessage).singleElement().asString()
        .startsWith(bad.size() + " lines ").doesNotContain("0000-");
  }

  @Test
  void whatStoodThereIsWrittenAgainIntoAFileThatWasTakenAwayOrIsOlder() throws Exception {
    LedgerFile file = new LedgerFile(directory, "acme");
    file.add(List.of(row(1)));
    byte[] older = Files.readAllBytes(file());
    Files.delete(file());
    assertThat(file.all()).isEmpty();
    file.add(List.of(row(1), row(2)));
    assertThat(entries(file)).containsExactly(row(1).entry(), row(2).entry());
    Files.write(file(), older);
    file.addMissing(List.of(row(2)));
    assertThat(entries(file)).containsExactly(row(1).entry(), row(2).entry());
  }

  @Test
  void aFileThatCannotBeReadIsNoEmptyLedger() throws Exception {
    Files.createDirectory(file());
    assertThatThrownBy(new LedgerFile(directory, "acme")::all).isInstanceOf(BackupException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> new LedgerFile(directory, "acme").add(List.of(row(1)))).as("nor is anything reported done")
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void aDirectoryThatIsNotThereIsNoEmptyLedger() {
    LedgerFile file = new LedgerFile(directory.resolve("unmounted"), "acme");
    assertThatThrownBy(file::all).isInstanceOf(BackupException.class).hasMessageContaining("backup.directory");
  }
}
