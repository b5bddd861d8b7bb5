package dev.authpipe.proxy.journal;

import dev.authpipe.proxy.envelope.RecordKind;

/** What an answer was asked for. The numbers are part of the format (docs/journal-format.md) and never change meaning. */
public enum JournalPurpose {
  /** A refresh: the answer is the next generation of a credential. */
  REFRESH(1, RecordKind.JOURNAL_REFRESH),
  /** A finish: the answer is to become a connection. */
  FINISH(2, RecordKind.JOURNAL_FINISH);

  private final int number;
  private final RecordKind kind;

  JournalPurpose(int number, RecordKind kind) {
    this.number = number;
    this.kind = kind;
  }

  int number() {
    return number;
  }

  RecordKind kind() {
    return kind;
  }

  /** @throws IllegalArgumentException if there is no such number */
  static JournalPurpose of(int number) {
    for (JournalPurpose purpose : values()) {
      if (purpose.number == number) {
        return purpose;
      }
    }
    throw new IllegalArgumentException("unknown purpose");
  }
}
