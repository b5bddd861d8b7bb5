package dev.authpipe.proxy.refresh;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.journal.JournalEntry;
import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.proxy.journal.JournalPurpose;
import dev.authpipe.proxy.journal.JournalReading;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** Keeps an answer in the rescue journal while it is being committed. Nothing else may stand between the answer and this. */
@Singleton
final class JournaledAnswers {
  private static final Duration LATER = Duration.ofSeconds(1);

  private final Journal journal;
  private final CredentialVault vault;
  private final JournalReading reading;
  private final RefreshRecovery recovery;
  private final Clock clock;

  JournaledAnswers(Journal journal, CredentialVault vault, JournalReading reading, RefreshRecovery recovery, Clock clock) {
    this.journal = journal;
    this.reading = reading;
    this.recovery = recovery;
    this.vault = vault;
    this.clock = clock;
  }

  /**
   * One answer in hand; left to the recovery unless it is told to be settled before it is closed. Closing does nothing more where there is no
   * journal.
   */
  final class Hand implements AutoCloseable {
    private final @Nullable JournalEntry entry;
    private boolean settled;

    private Hand(@Nullable JournalEntry entry) {
      this.entry = entry;
    }

    /** Whether the answer survives this process. */
    boolean isKept() {
      return entry != null;
    }

    /** The store has it: in force, as a candidate, or owed to the provider, and then it goes at once. */
    RenewalOutcome settle(RenewalOutcome outcome) {
      settled = true;
      if (entry != null && outcome instanceof RenewalOutcome.Failed) {
        journal.erase(List.of(entry));
      } else {
        journal.settled(entry);
      }
      return outcome;
    }

    @Override
    public void close() {
      if (!settled) {
        journal.left(entry);
      }
    }
  }

  /**
   * What must come before the refresh token of a generation is used again: an answer to it that is here goes first. Null: there is none, or it
   * is in the store now. Costs a look into memory where there is none.
   */
  @Nullable
  RenewalOutcome outstanding(WorkspaceId workspace, ConnectionId connection, long generation) {
    JournalEntry entry = journal.answerTo(workspace, connection, generation);
    if (entry == null) {
      return null;
    }
    if (entry.state() == JournalEntry.State.HELD) {
      return new RenewalOutcome.Busy();
    }
    return switch (reading.read(entry, recovery)) {
      case COMMITTED, OVER, REFUSED -> null;
      case LATER -> new RenewalOutcome.Failed(new FreshOutcome.Backoff(LATER));
    };
  }

  /**
   * Keeps what would become the next generation.
   *
   * @param rotated    whether the answer brought a refresh token
   * @param unaccepted whether only its refresh token is worth keeping
   */
  Hand keep(Trip trip, NewCredential next, Sealer sealer, boolean rotated, boolean unaccepted) {
    JournalPlace place = new JournalPlace(JournalPurpose.REFRESH, rotated, unaccepted, trip.workspace(), trip.connection(),
        trip.attempt(), trip.row().integration(), trip.row().provider(), trip.generation(), trip.lease().fence(),
        clock.instant());
    return new Hand(journal.keep(place, context -> vault.sealFor(context, next, sealer)));
  }
}
