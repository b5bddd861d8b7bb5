package dev.authpipe.proxy.ops;

import java.util.List;

import dev.authpipe.proxy.catalog.ValueType;

/** Says what is known of backups. Never looks into one. */
final class BackupExamination {
  private BackupExamination() {}

  static List<Finding> of(SettingValues values) {
    return List.of(Finding.weak(Check.BACKUP_AGE, "nothing is known here of backups; receipts of erasures say that they are kept "
        + ValueType.text(values.get(Settings.BACKUPS_KEPT))));
  }
}
