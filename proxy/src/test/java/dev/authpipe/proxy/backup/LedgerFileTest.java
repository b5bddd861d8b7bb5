package dev.authpipe.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void whatReplicasAddIsThereAndOnce() {
    LedgerFile one = new LedgerFile(directory, "acme");
    LedgerFile other = new LedgerFile(directory, "acme");
    one.add(List.of(row(1), row(2)));
    other.add(List.of(row(2), row(3)));
    one.add(List.of(row(1)));
    assertThat(other.of(ACME).values()).extracting(LedgerStore.Row::entry).containsExactly(row(1).entry(), row(2).entry(),
        row(3).entry());
    assertThat(new LedgerFile(directory, "globex").all()).isEmpty();
  }

  @Test
  void aLineThatWasCutOffCostsNoOther() throws Exception {
    LedgerFile file = new LedgerFile(directory, "acme");
    file.add(List.of(row(1)));
    Files.writeString(directory.resolve("acme.erasures"), "1 0000", StandardOpenOption.APPEND);
    new LedgerFile(directory, "acme").add(List.of(row(2)));
    assertThat(file.of(ACME)).containsOnlyKeys(row(1).entry().erasure(), row(2).entry().erasure());
  }

  @Test
  void aDirectoryThatIsNotThereIsNoEmptyLedger() {
    LedgerFile file = new LedgerFile(directory.resolve("unmounted"), "acme");
    assertThatThrownBy(file::all).isInstanceOf(BackupException.class).hasMessageContaining("backup.directory");
  }
}
