package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.backup.Backups;

/** {@code authpipe migrate}: brings the stores to the schema of this program, as their owners. Never runs backwards. */
@Command(name = "migrate", description = "Bring the stores to the schema of this program, as their owners.")
final class MigrateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  MigrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Deployment deployment = Deployment.read(common.file(), System.getenv());
    List<Backups.Made> made = backups(deployment);
    Map<String, Object> applied = new LinkedHashMap<>();
    Stores.all(deployment.values()).forEach((place, of) -> Stores.migrate(of)
        .forEach((store, count) -> applied.put((place.isEmpty() ? "" : place + ".") + store.databaseName(), count)));
    if (!made.isEmpty()) {
      try (BackupRun run = new BackupRun(deployment, console)) {
        run.record(made);
      }
    }
    console.result(common.json, Map.of("applied", applied, "backups", made.stream().map(one -> one.file().toString()).toList()),
        List.of("migrations applied: " + applied, made.size() + " backups made before"));
    return 0;
  }

  /** Of what is going to change, before it does: migrations only go forward. */
  private List<Backups.Made> backups(Deployment deployment) {
    if (deployment.values().find(Settings.BACKUP_DIRECTORY).isEmpty()) {
      console.note("no backup.directory: no backup is made before the migration");
      return List.of();
    }
    List<Backups.Made> made = new ArrayList<>();
    try (BackupRun run = new BackupRun(deployment, console)) {
      for (Source source : run.sources()) {
        if (Stores.hasPending(Stores.all(deployment.values()).get(source.place()), source.store())) {
          made.add(run.keep(source));
        }
      }
    }
    return made;
  }
}
