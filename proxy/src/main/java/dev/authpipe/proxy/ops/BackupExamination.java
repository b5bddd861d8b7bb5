package dev.authpipe.proxy.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.authpipe.proxy.backup.Backups;
import dev.authpipe.proxy.catalog.ValueType;

/** Says whether there are backups, and how old the newest are. Never opens one. */
final class BackupExamination {
  private static final Duration OLD = Duration.ofHours(30);

  private BackupExamination() {}

  static List<Finding> of(SettingValues values, Clock clock) {
    return List.of(Examination.looked(Check.BACKUP_AGE, () -> {
      Path directory = values.find(Settings.BACKUP_DIRECTORY).orElse(null);
      if (directory == null) {
        return Finding.weak(Check.BACKUP_AGE,
            "the proxy makes no backups (backup.directory); restores of both stores to one moment"
                + " bring back who was erased since, unless something else tells");
      }
      if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
        return Finding.failed(Check.BACKUP_AGE, directory + " is no directory that can be written",
            "make it, and mount it on every replica");
      }
      Optional<Duration> age = Backups.age(ProxyBeans.backups(values), clock);
      if (age.isEmpty()) {
        return Finding.weak(Check.BACKUP_AGE, "a database has no backup in " + directory,
            "run: authpipe jobs run backup, or authpipe backup --to " + directory);
      }
      String sentence = "the newest backups are " + ValueType.text(Duration.ofMinutes(age.get().toMinutes())) + " old";
      return age.get().compareTo(OLD) > 0
          ? Finding.weak(Check.BACKUP_AGE, sentence, "look why the job backup fails: authpipe jobs list")
          : Finding.ok(Check.BACKUP_AGE, sentence);
    }));
  }
}
