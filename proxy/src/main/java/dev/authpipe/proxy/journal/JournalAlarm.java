package dev.authpipe.proxy.journal;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;

/** Records what in the journal was not believed, in the log of the store: whose it was cannot be believed either. */
@Singleton
final class JournalAlarm {
  private static final Logger LOG = LoggerFactory.getLogger(JournalAlarm.class);

  private final VaultDatabase database;
  private final AuditLog audit;
  private final Journal journal;

  JournalAlarm(VaultDatabase database, AuditLog audit, Journal journal) {
    this.database = database;
    this.audit = audit;
    this.journal = journal;
  }

  /** What was found when the files were read. */
  void damaged() {
    long damaged = journal.counts().damaged();
    if (damaged > 0) {
      LOG.error("the rescue journal is damaged in {} places; what stands there is not believed", damaged);
      record("damaged", damaged);
    }
    if (journal.counts().torn() > 0) {
      LOG.warn("the rescue journal ends in the middle of an entry that was not finished when the process ended");
    }
  }

  void refused(JournalEntry entry) {
    LOG.error("an entry of the rescue journal does not open where it stands: connection {}", entry.place().connection());
    journal.counts().refused.increment();
    record("integrity_error", 1);
  }

  private void record(String reason, long entries) {
    try {
      database.run(Database.STORE,
          tx -> audit.append(tx,
              AuditEntry.of(AuditType.JOURNAL_ENTRY_REFUSED, AuditActor.system("journal"), AuditObject.workspace(Database.STORE))
                  .outcome(AuditOutcome.REFUSED).reason(reason).detail(AuditDetail.ENTRIES, entries).build()));
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("what the rescue journal refused could not be recorded: store unavailable");
    }
  }
}
