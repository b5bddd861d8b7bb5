package dev.authpipe.proxy.backup;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.StreamKey;
import dev.authpipe.proxy.envelope.StreamKeys;

/**
 * Reads a backup from its beginning to its end, which is the only way to know that it is whole (docs/backup-format.md, section 4). Must never
 * take for whole what lacks its end, nor show what was not authenticated. Memory: a few segments.
 */
final class BackupReader {
  private static final int BUFFER = 64 * 1024;

  private final StreamKeys keys;
  private final LongConsumer progress;
  private final byte[] payload = new byte[BackupRecord.MOST];
  private final BackupTotals totals = new BackupTotals();
  private final Set<String> tables = new HashSet<>();
  private MessageDigest digest = BackupTotals.sha256();
  private boolean inTable;
  private long lines;
  private int stage = BackupRecord.TABLE.number();

  /** @param progress is told how many bytes of the file were read */
  BackupReader(StreamKeys keys, LongConsumer progress) {
    this.keys = keys;
    this.progress = progress;
  }

  /** Only the header of a file, which nobody has authenticated. */
  static BackupHeader header(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return BackupHeader.read(in).header();
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }

  /**
   * Reads a file; once per reader.
   *
   * @param expected what its header has to be
   * @throws BackupException if it is not as it was written, of another deployment, or the KEK does not unwrap its key
   */
  BackupTotals read(Path file, BackupHeader expected, String kek, BackupVisitor visitor) throws SQLException {
    try (InputStream in = new Counted(Files.newInputStream(file), progress)) {
      BackupHeader.Opened opened = BackupHeader.read(in);
      if (!opened.header().equals(expected)) {
        throw BackupException.refused("it was replaced while it was looked at");
      }
      try (StreamKey key = key(opened, kek)) {
        content(key.decrypting(in, opened.bytes()), visitor);
      }
      return totals;
    } catch (IntegrityException | ZipException | EOFException wrong) {
      throw new BackupException(Reason.FILE_REFUSED,
          "the file is not as it was written: a part of it was changed, is missing or does not belong to it", wrong);
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }

  private static BackupException unreadable(IOException failure) {
    return new BackupException(Reason.FILE_UNAVAILABLE, "the file cannot be read: " + failure.getClass().getSimpleName(),
        failure);
  }

  private StreamKey key(BackupHeader.Opened opened, String kek) {
    try {
      return keys.open(kek, opened.wrapped(), opened.header().context());
    } catch (KekRefusedException refused) {
      throw new BackupException(Reason.KEY_REFUSED, "the KEK " + kek + " refuses to unwrap the key of the backup", refused);
    } catch (KekOutageException silent) {
      throw new BackupException(Reason.KEY_UNAVAILABLE, "the KEK " + kek + " does not answer", silent);
    } catch (IntegrityException another) {
      throw new BackupException(Reason.FILE_REFUSED,
          "the KEK " + kek + " did not wrap the key of this file, or its header was changed", another);
    }
  }

  private void content(InputStream decrypted, BackupVisitor visitor) throws IOException, SQLException {
    Inflater inflater = new Inflater();
    try {
      DataInputStream records = new DataInputStream(
          new BufferedInputStream(new InflaterInputStream(decrypted, inflater, BUFFER), BUFFER));
      boolean more = true;
      while (more) {
        more = next(records, visitor);
      }
      if (records.read() >= 0 || inflater.getRemaining() > 0 || decrypted.read() >= 0) {
        throw BackupException.refused("something follows its end");
      }
    } finally {
      inflater.end();
    }
  }

  /** One record; false after the last. */
  private boolean next(DataInputStream in, BackupVisitor visitor) throws IOException, SQLException {
    BackupRecord type = BackupRecord.of(in.readUnsignedByte());
    int length = in.readInt();
    if (length < 0 || length > BackupRecord.MOST) {
      throw BackupException.refused("a record is longer than any is");
    }
    in.readFully(payload, 0, length);
    inOrder(type);
    DataInputStream fields = new DataInputStream(new ByteArrayInputStream(payload, 0, length));
    switch (type) {
      case TABLE -> table(fields, visitor);
      case ROWS -> {
        digest.update(payload, 0, length);
        for (int i = 0; i < length; i++) {
          lines += payload[i] == '\n' ? 1 : 0;
        }
        visitor.rows(payload, length);
        return true;
      }
      case END_OF_TABLE -> endOfTable(fields, visitor);
      case SEQUENCE -> {
        visitor.sequence(BackupHeader.text(fields), fields.readLong(), fields.readUnsignedByte() == 1);
        totals.sequence();
      }
      case HEAD -> {
        visitor.head(new UUID(fields.readLong(), fields.readLong()), fields.readInt(), fields.readLong());
        fields.readFully(new byte[32]);
        totals.head();
      }
      case LEDGER -> {
        visitor.ledger(new UUID(fields.readLong(), fields.readLong()), fields.readLong(), fields.readLong());
        totals.ledger();
      }
      case END -> {
        if (!Arrays.equals(Arrays.copyOf(payload, length), totals.bytes())) {
          throw BackupException.refused("it does not hold as much as its end says");
        }
        return false;
      }
    }
    if (fields.available() > 0) {
      throw BackupException.refused("a record is longer than its type");
    }
    return true;
  }

  private void inOrder(BackupRecord type) {
    boolean fits = switch (type) {
      case TABLE -> !inTable && stage == BackupRecord.TABLE.number();
      case ROWS, END_OF_TABLE -> inTable;
      case SEQUENCE, HEAD, LEDGER, END -> !inTable && stage <= type.number();
    };
    if (!fits) {
      throw BackupException.refused("its records are not in their order");
    }
    if (!inTable && type != BackupRecord.TABLE) {
      stage = type.number();
    }
    inTable = type == BackupRecord.TABLE || type == BackupRecord.ROWS;
  }

  private void table(DataInputStream fields, BackupVisitor visitor) throws IOException, SQLException {
    String name = BackupHeader.text(fields);
    List<String> columns = new ArrayList<>();
    while (fields.available() > 0) {
      columns.add(BackupHeader.text(fields));
    }
    if (!tables.add(name)) {
      throw BackupException.refused("a table is there twice");
    }
    digest = BackupTotals.sha256();
    lines = 0;
    visitor.table(name, columns);
  }

  private void endOfTable(DataInputStream fields, BackupVisitor visitor) throws IOException, SQLException {
    long rows = fields.readLong();
    byte[] written = new byte[32];
    fields.readFully(written);
    if (rows != lines || !MessageDigest.isEqual(written, digest.digest())) {
      throw BackupException.refused("the rows of a table are not those that were counted");
    }
    totals.table(rows);
    visitor.endOfTable(rows);
  }

  /** Tells how far it is. */
  private static final class Counted extends InputStream {
    private final InputStream in;
    private final LongConsumer progress;
    private long count;

    Counted(InputStream in, LongConsumer progress) {
      this.in = in;
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int some = in.read(bytes, offset, length);
      if (some > 0) {
        count += some;
        progress.accept(count);
      }
      return some;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
