package dev.authpipe.proxy.backup;

import java.util.Locale;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;

/** Records backups in the vault's own log. Never says where a file is. */
@Singleton
public final class BackupRecords {
  private final VaultDatabase vault;
  private final AuditLog audit;

  public BackupRecords(VaultDatabase vault, AuditLog audit) {
    this.vault = vault;
    this.audit = audit;
  }

  /** One was made. */
  public void made(Backups.Made made, AuditActor actor) {
    BackupHeader header = made.header();
    vault.run(Database.STORE,
        tx -> audit.append(tx, AuditEntry.of(AuditType.BACKUP_MADE, actor, AuditObject.backup(header.id()))
            .detail(AuditDetail.LOG, header.store()).detail(AuditDetail.CELL, header.place().isEmpty() ? null : header.place())
            .detail(AuditDetail.ROWS, made.rows()).detail(AuditDetail.BYTES, made.bytes())
            .detail(AuditDetail.SNAPSHOT_AT, header.snapshot()).build()));
  }

  /** One could not be made. */
  public void failed(Source source, UUID id, Reason reason, AuditActor actor) {
    vault.run(Database.STORE,
        tx -> audit.append(tx, AuditEntry.of(AuditType.BACKUP_FAILED, actor, AuditObject.backup(id))
            .outcome(AuditOutcome.FAILURE).reason(word(reason)).detail(AuditDetail.LOG, source.store())
            .detail(AuditDetail.CELL, source.place().isEmpty() ? null : source.place()).build()));
  }

  static String word(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }
}
