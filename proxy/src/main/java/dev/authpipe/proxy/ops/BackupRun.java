package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.backup.BackupHeader;
import dev.authpipe.proxy.backup.BackupRecords;
import dev.authpipe.proxy.backup.BackupSettings;
import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.backup.Backups;
import dev.authpipe.proxy.backup.StoreRestore;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.StreamKeys;
import dev.authpipe.proxy.secret.Randomness;

/** What commands about backups share: the KEKs and the databases of a deployment, without any room that serves. */
final class BackupRun implements AutoCloseable {
  private final Deployment deployment;
  private final Console console;
  private final KekRegistry keks;
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
  private final BackupSettings settings;
  private final Backups backups;

  BackupRun(Deployment deployment, Console console) {
    this.deployment = deployment;
    this.console = console;
    this.settings = ProxyBeans.backups(deployment.values());
    this.keks = ProxyBeans.keks(deployment.values(), ProxyBeans.envelope(deployment.values()));
    this.backups = new Backups(settings, keys(), randomness, Clock.systemUTC());
  }

  Backups backups() {
    return backups;
  }

  StreamKeys keys() {
    return new StreamKeys(keks, randomness);
  }

  Randomness randomness() {
    return randomness;
  }

  List<Source> sources() {
    return settings.sources();
  }

  /** The header of a file, which must be of this deployment. */
  BackupHeader header(Path file) {
    BackupHeader header = StoreRestore.header(file);
    if (!header.deployment().equals(settings.deployment())) {
      throw new StartupException("the backup is of the deployment " + header.deployment() + ", not of " + settings.deployment());
    }
    return header;
  }

  /**
   * A file names its KEK itself, and who may encrypt under any KEK could make one that verifies: only those of its store are believed.
   *
   * @param said by the operator, who then answers for it; null: nothing
   */
  void demandKek(BackupHeader header, @Nullable String said) {
    boolean ofVault = header.store().equals("vault");
    SettingValues values = deployment.values();
    Set<String> own = (ofVault
        ? Stream.of(Settings.BACKUP_VAULT_KEK, Settings.VAULT_KEK, Settings.NEXT_VAULT_KEK)
        : Stream.of(Settings.BACKUP_CLIENT_SECRETS_KEK, Settings.CLIENT_SECRETS_KEK)).flatMap(name -> values.find(name).stream())
        .collect(Collectors.toSet());
    if (said == null && !own.contains(header.kek())) {
      throw new StartupException("the backup is under the KEK " + header.kek() + ", which is none of the store " + header.store()
          + "'s; if you know that it was when the backup was made, say --kek " + header.kek());
    }
  }

  /** Makes one, with a bar. */
  Backups.Made make(Source source, Path to) {
    return shown(source, progress -> backups.make(source, backups.id(), to, progress));
  }

  /** Makes one in the directory of backups, with a bar. */
  Backups.Made keep(Source source) {
    return shown(source, progress -> backups.keep(source, backups.id(), progress));
  }

  private Backups.Made shown(Source source, Function<Backups.Progress, Backups.Made> making) {
    try (ProgressBar bar = new ProgressBar(console, Ticker.systemTicker(), "rows of " + source.word())) {
      return making.apply((_, rows, about) -> bar.show(rows, about == 0 ? -1 : (double) rows / about));
    }
  }

  /** Records what was made in the vault's own log. */
  void record(List<Backups.Made> made) {
    try (VaultDatabase vault = new VaultDatabase(ProxyBeans.store(deployment.values(), Settings.VAULT));
        ClientSecretsDatabase second = new ClientSecretsDatabase(
            ProxyBeans.store(deployment.values(), Settings.CLIENT_SECRETS))) {
      BackupRecords records = new BackupRecords(vault, new AuditLog(vault, second, randomness));
      made.forEach(one -> records.made(one, AuditActor.operator()));
    }
  }

  @Override
  public void close() {
    keks.close();
  }
}
