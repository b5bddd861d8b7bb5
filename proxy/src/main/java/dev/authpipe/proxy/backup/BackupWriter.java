package dev.authpipe.proxy.backup;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

import dev.authpipe.proxy.envelope.StreamKey;

/**
 * Writes a backup: compresses, encrypts and hands on what it is given, at most a few segments later (docs/backup-format.md, section 3). Must be
 * {@link #end ended}; a file without its end is refused. Not thread-safe.
 */
final class BackupWriter implements AutoCloseable {
  /** Rows of a record. */
  private static final int CHUNK = 32 * 1024;
  private static final int BUFFER = 64 * 1024;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final DataOutputStream records;
  private final byte[] chunk = new byte[CHUNK];
  private int chunked;
  private MessageDigest digest = BackupTotals.sha256();
  private final BackupTotals totals = new BackupTotals();

  /** @param file gets everything; closed with this */
  BackupWriter(OutputStream file, BackupHeader header, StreamKey key) throws IOException {
    byte[] beginning = header.bytes(key.wrapped());
    file.write(beginning);
    this.records = new DataOutputStream(new DeflaterOutputStream(key.encrypting(file, beginning), deflater, BUFFER));
  }

  /** Begins a table. */
  void table(String name, List<String> columns) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(payload);
    BackupHeader.field(fields, name);
    for (String column : columns) {
      BackupHeader.field(fields, column);
    }
    record(BackupRecord.TABLE, payload.toByteArray());
    digest = BackupTotals.sha256();
  }

  /** Where rows of the table are written, in PostgreSQL's COPY text format. Closing it does nothing. */
  OutputStream rows() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        int from = offset;
        int left = length;
        while (left > 0) {
          int some = Math.min(left, CHUNK - chunked);
          System.arraycopy(bytes, from, chunk, chunked, some);
          chunked += some;
          from += some;
          left -= some;
          if (chunked == CHUNK) {
            rowsOut();
          }
        }
      }
    };
  }

  private void rowsOut() throws IOException {
    if (chunked > 0) {
      records.writeByte(BackupRecord.ROWS.number());
      records.writeInt(chunked);
      records.write(chunk, 0, chunked);
      chunked = 0;
    }
  }

  /** Ends the table. */
  void endOfTable(long rows) throws IOException {
    rowsOut();
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(payload);
    fields.writeLong(rows);
    fields.write(digest.digest());
    record(BackupRecord.END_OF_TABLE, payload.toByteArray());
    totals.table(rows);
  }

  void sequence(String name, long value, boolean called) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(payload);
    BackupHeader.field(fields, name);
    fields.writeLong(value);
    fields.writeByte(called ? 1 : 0);
    record(BackupRecord.SEQUENCE, payload.toByteArray());
    totals.sequence();
  }

  void head(UUID workspace, int epoch, long size, byte[] root) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(payload);
    id(fields, workspace);
    fields.writeInt(epoch);
    fields.writeLong(size);
    fields.write(root);
    record(BackupRecord.HEAD, payload.toByteArray());
    totals.head();
  }

  void ledger(UUID workspace, long last, long entries) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(payload);
    id(fields, workspace);
    fields.writeLong(last);
    fields.writeLong(entries);
    record(BackupRecord.LEDGER, payload.toByteArray());
    totals.ledger();
  }

  /** Ends the backup and everything under it. */
  BackupTotals end() throws IOException {
    record(BackupRecord.END, totals.bytes());
    records.close();
    return totals;
  }

  private static void id(DataOutputStream fields, UUID id) throws IOException {
    fields.writeLong(id.getMostSignificantBits());
    fields.writeLong(id.getLeastSignificantBits());
  }

  private void record(BackupRecord type, byte[] payload) throws IOException {
    if (payload.length > BackupRecord.MOST) {
      throw new IllegalArgumentException("a record has at most 65536 bytes");
    }
    records.writeByte(type.number());
    records.writeInt(payload.length);
    records.write(payload);
  }

  /** Lets go of what compresses; ends nothing. */
  @Override
  public void close() {
    deflater.end();
  }
}
