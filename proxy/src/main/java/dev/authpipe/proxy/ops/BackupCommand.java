package dev.authpipe.proxy.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.authpipe.proxy.backup.BackupHeader;
import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.backup.BackupTotals;
import dev.authpipe.proxy.backup.Backups;

/** {@code authpipe backup}: writes encrypted backups of the stores, and verifies them. Changes nothing in a store but its audit log. */
@Command(name = "backup", description = {"Write encrypted backups of the stores, one file for each database.",
    "Proxies may run meanwhile. A directory gets a file for each database; a file is for one, named by --store."})
final class BackupCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @Nullable
  CommandSpec spec;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--to", paramLabel = "PATH", description = "A directory that is there, or a file that is not.")
  @Nullable
  Path to;

  @Option(names = "--store", paramLabel = "STORE", description = "Only this store: vault or client_secrets.")
  @Nullable
  String store;

  @Option(names = "--cell", paramLabel = "NAME", description = "Only this cell; with --store alone: the first database.")
  @Nullable
  String cell;

  BackupCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path target = to;
    if (target == null) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--to is needed");
    }
    Deployment deployment = Deployment.read(common.file(), System.getenv());
    deployment.check();
    try (BackupRun run = new BackupRun(deployment, console)) {
      List<Source> sources = run.sources().stream().filter(this::isMeant).toList();
      boolean directory = Files.isDirectory(target);
      if (sources.isEmpty() || (!directory && sources.size() > 1)) {
        throw new StartupException(sources.isEmpty()
            ? "there is no such database; there are: " + run.sources().stream().map(Source::word).toList()
            : target + " is no directory; a file is for one database: --store, and --cell for one of a cell");
      }
      List<Backups.Made> made = new ArrayList<>();
      for (Source source : sources) {
        made.add(run.make(source, target));
      }
      run.record(made);
      console.result(common.json, Map.of("backups", made.stream().map(BackupCommand::object).toList()),
          made.stream()
              .map(one -> "%s: %,d rows, %,d bytes; backup %s".formatted(one.file(), one.rows(), one.bytes(), one.header().id()))
              .toList());
      return 0;
    }
  }

  private boolean isMeant(Source source) {
    return (store == null || source.store().equals(store))
        && (cell != null ? source.place().equals(cell) : store == null || source.place().isEmpty());
  }

  @Command(name = "verify", description = {"Read a whole backup and say whether it is as it was written.",
      "Needs its KEK and no database."})
  int verify(@Mixin CommonOptions options, @Parameters(paramLabel = "FILE", description = "The backup.") Path file,
      @Option(names = "--kek", paramLabel = "NAME", description = "The KEK's name in the settings, if it is not the one in the file.") @Nullable String kek) {
    Deployment deployment = Deployment.read(options.file(), System.getenv());
    try (BackupRun run = new BackupRun(deployment, console);
        ProgressBar bar = new ProgressBar(console, Ticker.systemTicker(), "bytes read")) {
      BackupHeader header = run.header(file);
      run.demandKek(header, kek);
      long size = file.toFile().length();
      BackupTotals totals = run.backups().verify(file, header, kek == null ? header.kek() : kek,
          read -> bar.show(read, size == 0 ? -1 : (double) read / size));
      Map<String, Object> object = new LinkedHashMap<>(about(header));
      object.put("whole", true);
      object.put("rows", totals.rows());
      object.put("tables", totals.tables());
      object.put("logs", totals.logs());
      console.result(options.json, object, List.of(
          "whole: %,d rows of %d tables and the heads of %d logs of %s%s, as of %s, schema %d".formatted(totals.rows(),
              totals.tables(),
              totals.logs(), header.store(), header.place().isEmpty() ? "" : " of the cell " + header.place(), header.snapshot(),
              header.schema())));
      return 0;
    }
  }

  private static Map<String, Object> object(Backups.Made made) {
    Map<String, Object> object = new LinkedHashMap<>(about(made.header()));
    object.put("file", made.file().toString());
    object.put("rows", made.rows());
    object.put("bytes", made.bytes());
    return object;
  }

  static Map<String, Object> about(BackupHeader header) {
    Map<String, Object> about = new LinkedHashMap<>();
    UUID id = header.id();
    about.put("backup", id.toString());
    about.put("store", header.store());
    if (!header.place().isEmpty()) {
      about.put("cell", header.place());
    }
    about.put("schema", header.schema());
    about.put("snapshot_at", header.snapshot().toString());
    return about;
  }
}
