package dev.authpipe.proxy.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.wire.WorkspaceId;

/**
 * The third place of the ledger of erasures: one line for each entry in a file beside the backups (docs/erasure-ledger.md, section 1), for the day on
 * which both stores come back from them. Lines are added and never changed; replicas share the file. Thread-safe.
 */
final class LedgerFile {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
  private static final String UUID_FORM = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
  private static final Pattern LINE = Pattern
      .compile("1 " + UUID_FORM + " " + UUID_FORM + " ([0-9]{1,19}) (person|workspace) " + UUID_FORM
          + " (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z) ([0-9a-f]{74})");

  private final Path directory;
  private final Path file;
  private final Set<UUID> written = ConcurrentHashMap.newKeySet();

  LedgerFile(Path directory, String deployment) {
    this.directory = directory;
    this.file = directory.resolve(deployment + ".erasures");
  }

  /**
   * Adds entries that this process has not added yet, and returns when they are on the disk.
   *
   * @throws StoreUnavailableException if they are not
   */
  synchronized void add(List<LedgerStore.Row> rows) {
    if (!Files.exists(file)) {
      written.clear();
    }
    append(rows);
  }

  /**
   * Adds entries that were looked for there and not found, though this process may have added them: an older file may have been put in its place.
   *
   * @throws StoreUnavailableException if they are not on the disk
   */
  synchronized void addMissing(List<LedgerStore.Row> rows) {
    rows.forEach(row -> written.remove(row.entry().erasure()));
    append(rows);
  }

  private void append(List<LedgerStore.Row> rows) {
    Map<UUID, String> fresh = new LinkedHashMap<>();
    rows.stream().filter(row -> !written.contains(row.entry().erasure()))
        .forEach(row -> fresh.putIfAbsent(row.entry().erasure(), line(row)));
    if (fresh.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    fresh.values().forEach(line -> lines.append(line).append('\n'));
    try {
      try (FileChannel channel = FileChannel.open(file,
          EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          FileLock lock = channel.lock()) {
        long end = lock.isValid() ? channel.size() : 0;
        if (end > 0 && !endsLine(channel, end)) {
          lines.insert(0, '\n'); // who wrote there before was cut off
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        channel.position(end);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    } catch (IOException failure) {
      throw new StoreUnavailableException(failure);
    }
    written.addAll(fresh.keySet());
  }

  private static boolean endsLine(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return channel.read(last, end - 1) == 1 && last.get(0) == '\n';
  }

  /**
   * Every entry by workspace, believed or not; each erasure once.
   *
   * @throws BackupException if the directory is not there, or the file is and cannot be read: nobody knows then who was erased
   */
  Map<WorkspaceId, Map<UUID, LedgerStore.Row>> all() {
    Map<WorkspaceId, Map<UUID, LedgerStore.Row>> all = new HashMap<>();
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      throw new BackupException(BackupException.Reason.FILE_UNAVAILABLE,
          "backup.directory is not there or cannot be read: the ledger of erasures is beside the backups, and nobody is served before it was compared");
    }
    if (!Files.exists(file)) {
      return all;
    }
    int damaged = 0;
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<LedgerStore.Row> row = line.isEmpty() ? Optional.empty() : row(line);
        row.ifPresent(one -> all.computeIfAbsent(one.entry().workspace(), _ -> new LinkedHashMap<>())
            .putIfAbsent(one.entry().erasure(), one));
        damaged += row.isEmpty() && !line.isEmpty() ? 1 : 0;
      }
    } catch (IOException failure) {
      throw new BackupException(BackupException.Reason.FILE_UNAVAILABLE,
          "the ledger of erasures beside the backups cannot be read",
          failure);
    }
    if (damaged > 0) {
      LOG.error("{} lines of the ledger of erasures beside the backups are damaged and were not read", damaged);
    }
    return all;
  }

  private static String line(LedgerStore.Row row) {
    LedgerEntry entry = row.entry();
    return "1 " + entry.workspace().value() + " " + entry.erasure() + " " + entry.seq() + " " + entry.kind().word() + " "
        + entry.subject() + " " + entry.recordedAt() + " " + HexFormat.of().formatHex(row.mac());
  }

  private static Optional<LedgerStore.Row> row(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      LedgerEntry entry = new LedgerEntry(new WorkspaceId(UUID.fromString(parts.group(1))), UUID.fromString(parts.group(2)),
          Long.parseLong(parts.group(3)), LedgerEntry.Kind.of(parts.group(4)), UUID.fromString(parts.group(5)),
          Instant.parse(parts.group(6)));
      return Optional.of(new LedgerStore.Row(entry, HexFormat.of().parseHex(parts.group(7))));
    } catch (NumberFormatException | DateTimeException wrong) {
      return Optional.empty();
    }
  }
}
