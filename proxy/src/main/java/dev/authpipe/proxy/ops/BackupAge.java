package dev.authpipe.proxy.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import dev.authpipe.proxy.backup.Backups;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.ops.Finding.Grade;

/** What {@code doctor} says of backups: whether there are any, and how old the newest are. Opens none. */
final class BackupAge {
  private static final String SUBJECT = "backups";
  private static final Duration OLD = Duration.ofHours(30);

  private BackupAge() {}

  static Finding of(SettingValues values) {
    Path directory = values.find(Settings.BACKUP_DIRECTORY).orElse(null);
    if (directory == null) {
      return new Finding(Grade.WEAK, SUBJECT,
          "none by the proxy (backup.directory); restores of both stores to one moment bring back who was erased since, unless something else tells");
    }
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      return new Finding(Grade.FAILED, SUBJECT,
          directory + " is no directory that can be written: make it, and mount it on every replica");
    }
    Optional<Duration> age = Backups.age(ProxyBeans.backups(values), Clock.systemUTC());
    if (age.isEmpty()) {
      return new Finding(Grade.WEAK, SUBJECT,
          "a database has no backup in " + directory + ": authpipe jobs run backup, or backup --to");
    }
    boolean old = age.get().compareTo(OLD) > 0;
    return new Finding(old ? Grade.WEAK : Grade.OK, SUBJECT,
        "the newest backups are " + ValueType.text(Duration.ofMinutes(age.get().toMinutes())) + " old"
            + (old ? ": see the job backup" : ""));
  }
}
