package dev.authpipe.proxy.journal;

import java.util.List;
import java.util.Map;

import dev.authpipe.proxy.db.Tx;

/** What the room that asked for an answer does with one that is found in the journal. Safe to repeat. */
public interface JournalRecovery {
  /** What the store says of an entry without opening it. */
  enum Standing {
    /** It is in the store. */
    COMMITTED,
    /** It was, and its connection has ended since. */
    OVER,
    /** It must be read to tell. */
    OPEN
  }

  /** What became of an entry that was opened. */
  enum Verdict {
    /** It is in the store now. */
    COMMITTED,
    /** Nobody needs it any more: its tokens are owed to the provider, or known to be so. */
    OVER,
    /** It cannot be decided now. */
    LATER,
    /** It does not belong where it stands. */
    REFUSED
  }

  /** Whose entries. */
  JournalPurpose purpose();

  /** Looks at entries of the transaction's workspace together, changing nothing; what is missing in the answer is open. */
  Map<JournalEntry, Standing> standings(Tx tx, List<JournalEntry> entries);

  /**
   * Decides about one entry, and does what follows.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the store does not answer
   */
  Verdict recover(JournalEntry entry, byte[] sealed);

  /**
   * Notes in the store what earlier processes began and never ended; asked once, after the first recovery.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the store does not answer
   */
  void settleInterrupted();
}
