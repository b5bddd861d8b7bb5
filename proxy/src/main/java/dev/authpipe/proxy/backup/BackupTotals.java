package dev.authpipe.proxy.backup;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How much is in a backup. Counts up only. Not thread-safe. */
public final class BackupTotals {
  private int tables;
  private long rows;
  private int sequences;
  private int heads;
  private int ledgers;

  BackupTotals() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  void table(long some) {
    tables++;
    rows += some;
  }

  void sequence() {
    sequences++;
  }

  void head() {
    heads++;
  }

  void ledger() {
    ledgers++;
  }

  /** Tables, empty ones too. */
  public int tables() {
    return tables;
  }

  /** Rows of all tables. */
  public long rows() {
    return rows;
  }

  /** Audit logs. */
  public int logs() {
    return heads;
  }

  /** The payload of the last record. */
  byte[] bytes() {
    return ByteBuffer.allocate(4 * Integer.BYTES + Long.BYTES).putInt(tables).putLong(rows).putInt(sequences).putInt(heads)
        .putInt(ledgers).array();
  }
}
