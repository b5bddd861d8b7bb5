package dev.authpipe.proxy.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
    Map<String, Object> applied = new LinkedHashMap<>();
    Stores.all(deployment.values()).forEach((place, of) -> Stores.migrate(of)
        .forEach((store, count) -> applied.put((place.isEmpty() ? "" : place + ".") + store.databaseName(), count)));
    console.result(common.json, Map.of("applied", applied), List.of("migrations applied: " + applied));
    return 0;
  }
}
