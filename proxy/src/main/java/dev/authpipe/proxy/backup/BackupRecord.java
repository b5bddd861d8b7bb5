package dev.authpipe.proxy.backup;

/** The types of records in a backup's content. Numbers are never given another meaning. */
enum BackupRecord {
  TABLE(2),
  ROWS(3),
  END_OF_TABLE(4),
  SEQUENCE(5),
  HEAD(6),
  LEDGER(7),
  END(8);

  /** Bytes of a payload. */
  static final int MOST = 65_536;

  private final int number;

  BackupRecord(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static BackupRecord of(int number) {
    for (BackupRecord type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw BackupException.refused("a record is of an unknown type");
  }
}
