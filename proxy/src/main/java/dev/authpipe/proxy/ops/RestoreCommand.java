package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import javax.sql.DataSource;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.audit.LogEpochs;
import dev.authpipe.proxy.backup.BackupHeader;
import dev.authpipe.proxy.backup.RestoreTarget;
import dev.authpipe.proxy.backup.RestoreWish;
import dev.authpipe.proxy.backup.StoreRestore;
import dev.authpipe.proxy.db.RestoredRows;

/**
 * {@code authpipe restore}: puts one backup into the database that it is of, as its owner. Never into one that is in use, and never without the
 * deployment's name being typed.
 */
@Command(name = "restore", description = {"Put one backup into the database that it is of, as its owner.",
    "Stop every proxy first. Cut off at any point, the database is as it was."})
final class RestoreCommand implements Callable<Integer> {
  /** What is known of the rescue journals of the time before. */
  enum Journals {
    present,
    lost
  }

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--from", required = true, paramLabel = "FILE", description = "The backup. Its header says of which store and cell it is.")
  Path from = Path.of("backup");

  @Option(names = "--confirm", paramLabel = "NAME", description = "The name of the deployment, instead of typing it when asked.")
  @Nullable
  String confirm;

  @Option(names = "--replace", description = "Delete everything that is in the database first.")
  boolean replace;

  @Option(names = "--journals", paramLabel = "WHICH", description = "present: every replica's rescue journal since the backup is there and whole, so that the newest that they hold may be sent (docs/backup-format.md, section 5); else lost, which is the default.")
  Journals journals = Journals.lost;

  @Option(names = "--epoch", paramLabel = "NUMBER", description = "The new epoch of its logs, if a higher one than the next that is known.")
  @Nullable
  Integer epoch;

  @Option(names = "--kek", paramLabel = "NAME", description = "The KEK's name in the settings, if it is not the one in the file.")
  @Nullable
  String kek;

  RestoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Deployment deployment = Deployment.read(common.file(), System.getenv());
    deployment.check();
    try (BackupRun run = new BackupRun(deployment, console);
        ProgressBar bar = new ProgressBar(console, Ticker.systemTicker(), "bytes read")) {
      BackupHeader header = run.header(from);
      SettingValues values = Stores.all(deployment.values()).get(header.place());
      if (values == null) {
        throw new StartupException("the backup is of the cell " + header.place() + ", which the settings do not have");
      }
      run.demandKek(header, kek);
      confirm(header, deployment.values().get(Settings.DEPLOYMENT));
      boolean ofVault = header.store().equals("vault");
      Target target = new Target(values, ofVault);
      long whole = 2 * from.toFile().length();
      LogEpochs epochs = new LogEpochs(new CheckpointSettings(deployment.values().get(Settings.DEPLOYMENT),
          deployment.values().find(Settings.CHECKPOINT_DIRECTORY).orElse(null)), run.randomness());
      StoreRestore.Restored restored = new StoreRestore(run.keys(), epochs, rooms()).restore(from, header, target,
          new RestoreWish(kek, replace, journals == Journals.present, epoch,
              header.place().isEmpty() && deployment.values().cells().isEmpty()),
          read -> bar.show(read, whole == 0 ? -1 : (double) read / whole));
      int migrations = target.finish();
      console.result(common.json, object(restored, migrations), lines(restored, migrations, ofVault));
      return 0;
    }
  }

  private void confirm(BackupHeader header, String deployment) throws IOException {
    String typed = confirm;
    if (typed == null) {
      console.note(
          "This puts the backup of %s of %s into the database of %s%s.".formatted(header.store(), header.snapshot(), deployment,
              replace ? " and deletes everything that is in it" : ""));
      console.note("Type the name of the deployment to go on:");
      typed = console.readLine();
    }
    if (!typed.equals(deployment)) {
      throw new StartupException("the name of the deployment was not typed; nothing was done");
    }
  }

  /** Every room's part in a restore, from a context that has no deployment, so that nothing else comes to life. */
  static List<RestoredRows> rooms() {
    try (ApplicationContext bare = ApplicationContext.builder().deduceEnvironment(false).environmentPropertySource(false)
        .banner(false)
        .start()) {
      return List.copyOf(bare.getBeansOfType(RestoredRows.class));
    }
  }

  private static Map<String, Object> object(StoreRestore.Restored restored, int migrations) {
    Map<String, Object> object = new LinkedHashMap<>(BackupCommand.about(restored.header()));
    object.put("rows", restored.rows());
    object.put("logs", restored.logs());
    object.put("epoch", restored.epoch());
    object.put("checkpoints_set_aside", restored.notes());
    object.put("migrations_applied", migrations);
    return object;
  }

  private static List<String> lines(StoreRestore.Restored restored, int migrations, boolean ofVault) {
    List<String> lines = new ArrayList<>();
    lines.add("%s is as of %s: %,d rows, %d logs in epoch %d; %d migrations applied".formatted(restored.header().store(),
        restored.header().snapshot(), restored.rows(), restored.logs(), restored.epoch(), migrations));
    lines.add((restored.notes() < 0
        ? "The kept checkpoints could not be set aside: move them out of audit.checkpoint_directory"
        : restored.notes() + " kept checkpoints were set aside") + "; declare epoch " + restored.epoch()
        + " at a control plane within 24 hours of the first start");
    if (ofVault) {
      lines.add("Start every replica that has a rescue journal, with it, within 15 minutes of the first one.");
      lines.add(
          "What was revoked, refused or disconnected since is back: look at api-key list and at approve before callers come.");
    } else {
      lines.add(
          "Client secrets and keys that were set, replaced or ended since are as before: look at secret list and secret key show."
              + " Links to enter one are withdrawn.");
    }
    return lines;
  }

  /** One database as its owner. */
  private static final class Target implements RestoreTarget {
    private final SettingValues values;
    private final Settings.StoreKeys keys;
    private final Store store;

    Target(SettingValues values, boolean ofVault) {
      this.values = values;
      this.keys = ofVault ? Settings.VAULT : Settings.CLIENT_SECRETS;
      this.store = ofVault ? Store.VAULT : Store.CLIENT_SECRETS;
    }

    @Override
    public DataSource owner() {
      return Stores.owner(values, keys);
    }

    @Override
    public String applicationRole() {
      return values.get(keys.user);
    }

    @Override
    public int schema() {
      return Migrations.version(store, owner());
    }

    @Override
    public int newestSchema() {
      return Migrations.newest(store, owner());
    }

    @Override
    public void migrate(int version) {
      int applied = Migrations.migrate(store, owner(), version);
      if (applied == 0) {
        throw new StartupException(String.format(Locale.ROOT, "the database could not be brought to schema %d", version));
      }
    }

    int finish() {
      return Migrations.migrate(store, owner());
    }
  }
}
