package dev.authpipe.proxy.ops;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.http.ListenerTls;
import dev.authpipe.proxy.job.Timing;
import dev.authpipe.proxy.retire.ErasureSettings;
import dev.authpipe.proxy.rotate.RotateSettings;

/** The one table of deployment settings, in the order of docs/operations.md, whose settings section is generated from it. */
final class Settings {
  /** What a deployment is for. */
  enum Mode {
    PRODUCTION,
    DEVELOPMENT
  }

  /** What the control plane may do without approval. */
  enum Trust {
    NONE,
    EVERYTHING
  }

  /** How log lines are written. */
  enum LogFormat {
    PLAIN,
    JSON
  }

  /** Variables that belong to the launcher, not to the settings. */
  static final Set<String> LAUNCHER = Set.of("AUTHPIPE_JAVA_OPTIONS", "AUTHPIPE_NODE", "AUTHPIPE_CONFIG");

  private static final List<Setting<?>> TABLE = new ArrayList<>();
  private static final ValueType<Integer> PORT = ValueType.integer(1, 65535);
  private static final Duration MS = Duration.ofMillis(1);

  static final Setting<Mode> MODE = add(Setting.of("mode", ValueType.oneOf(Mode.class), "production",
      "`development` migrates the stores at start, accepts PostgreSQL without TLS and secret files that everybody may read."));
  static final Setting<String> DEPLOYMENT = add(Setting.of("deployment", ValueType.SLUG, "authpipe",
      "Name of this deployment. It is bound into every sealed record: never change it once something is sealed."));
  static final Setting<Path> DATA_DIRECTORY = add(Setting.path("data_directory", "data",
      "Where a replica keeps the copy of the last good configuration; its only other state is the rescue journal."));

  static final Setting<String> API_HOST = add(Setting.of("listeners.api.host", ValueType.TEXT_LINE, "127.0.0.1",
      "Address of the API listener. Never expose it to the internet."));
  static final Setting<Integer> API_PORT = add(Setting.of("listeners.api.port", PORT, "8400", "Port of the API listener."));
  static final Setting<String> CONNECT_HOST = add(Setting.of("listeners.connect.host", ValueType.TEXT_LINE, "127.0.0.1",
      "Address of the connect listener, where end users' browsers come."));
  static final Setting<Integer> CONNECT_PORT = add(
      Setting.of("listeners.connect.port", PORT, "8401", "Port of the connect listener."));
  static final Setting<URI> PUBLIC_URL = add(Setting.of("listeners.connect.public_url", ValueType.address("https", "http"), null,
      "Origin under which browsers reach the connect listener; redirect URIs are built from it, never from `Host`. `http` on loopback only; without it: the listener's own address."));
  static final Setting<String> MANAGEMENT_HOST = add(Setting.of("listeners.management.host", ValueType.TEXT_LINE, "127.0.0.1",
      "Address of the management listener (health, metrics). It speaks plain HTTP on loopback, and TLS with the certificate of the others anywhere else."));
  static final Setting<Integer> MANAGEMENT_PORT = add(
      Setting.of("listeners.management.port", PORT, "8402", "Port of the management listener."));
  static final Setting<Path> KEY_STORE = add(Setting.path("listeners.tls.key_store", null,
      "PKCS#12 file with certificate and key of the listeners. Without it they start on loopback only."));
  static final Setting<SecretFile> KEY_STORE_PASSWORD = add(
      Setting.secret("listeners.tls.key_store_password", "The password of that file."));
  static final Setting<Path> CERTIFICATE = add(Setting.path("listeners.tls.certificate", null,
      "The same as a PEM file with the chain, the server's certificate first; instead of `key_store`."));
  static final Setting<SecretFile> PRIVATE_KEY = add(
      Setting.secret("listeners.tls.private_key",
          "Its key, PKCS#8 in PEM. A replaced certificate, key or key store is in force within `configuration.reload_interval`."));
  static final Setting<ListenerTls.ClientCertificates> CLIENT_CERTIFICATES = add(
      Setting.of("listeners.tls.client_certificates", ValueType.oneOf(ListenerTls.ClientCertificates.class), "none",
          "Whether the API listener asks callers for certificates, to which API keys can be bound (`authpipe api-key create --certificate`). `required`: without one the handshake fails."));
  static final Setting<Path> CLIENT_AUTHORITIES = add(Setting.path("listeners.tls.client_authorities", null,
      "PEM file of the authorities that callers' certificates must come from. Without it any is taken whose owner proves its key, and only keys that are bound to one care."));
  static final Setting<List<String>> TRUSTED_PROXIES = add(Setting.listOf("listeners.trusted_proxies", ValueType.TEXT_LINE,
      "Address ranges of reverse proxies whose `X-Forwarded-For` counts."));

  static final StoreKeys VAULT = new StoreKeys("vault");
  static final StoreKeys CLIENT_SECRETS = new StoreKeys("client_secrets");

  static final Setting<Map<String, Timing>> JOBS = add(Setting.timings("jobs",
      "When scheduled work runs, by the names that `authpipe jobs list` shows, instead of its usual interval. Cron expressions are in UTC: minute, hour, day of the month, month, day of the week."));
  static final Setting<Map<String, Path>> CELLS = add(Setting.files("cells",
      "Databases of their own for some workspaces, by name: each a file with a section `stores` like the one here ([cells.md](cells.md))."));

  static final Setting<Map<String, KekDefinition>> KEKS = add(Setting.keks("keys.keks",
      "Key-encryption keys by name, each in the KMS or HSM of its kind ([keks.md](keks.md)). A `local` one is a file that only its owner may read, for development: whoever copies it and the database has everything."));
  static final Setting<String> VAULT_KEK = add(Setting.of("keys.vault", ValueType.SLUG, "main",
      "The KEK of the deployment's own keys, and of workspaces that name none."));
  static final Setting<String> NEXT_VAULT_KEK = add(Setting.of("keys.vault_next", ValueType.SLUG, null,
      "The KEK that `kek change --deployment` is about to put the deployment's own keys under. Under any other than this and `keys.vault` they are refused."));
  static final Setting<Boolean> BIND_OLDER = add(Setting.of("keys.bind_older_keysets", ValueType.BOOLEAN, "true",
      "Whether keysets that a version before this one made are bound to their workspace's KEK as they are found. Set it to `false` once `doctor` says that all are."));
  static final Setting<String> CLIENT_SECRETS_KEK = add(Setting.of("keys.client_secrets", ValueType.SLUG, "client-secrets",
      "The KEK of the client-secrets store; another one than `keys.vault`."));
  static final Setting<Optional<Duration>> ROTATE_DEKS_AFTER = add(Setting.of("keys.rotate_deks_after", orNever(), "365 d",
      "How long a workspace's data-encryption keyset seals before it is rotated by itself; for some workspaces up to a tenth sooner, so that not all are due at once. `never`: only when somebody asks, by `authpipe dek rotate`."));

  static final Setting<URI> CONTROL_PLANE_URL = add(Setting.of("control_plane.url", ValueType.address("https"), null,
      "Origin of the control plane's link listener. With it the workspaces come from there, once approved here, and the file names none."));
  static final Setting<List<String>> REGIONS = add(Setting.listOf("control_plane.regions", ValueType.SLUG,
      "Regions that this proxy serves; a workspace of another one never comes into force."));
  static final Setting<Trust> TRUST = add(Setting.of("control_plane.trust", ValueType.oneOf(Trust.class), "none",
      "`everything` lets all changes and commands apply without `authpipe approve`: for trying out only, since it voids every promise about a hostile control plane."));
  static final Setting<Integer> BUDGET = add(Setting.of("control_plane.budget", ValueType.integer(0, 1_000_000), "10",
      "Connections that destructive commands of the control plane may reach in an hour, over all replicas, without `authpipe approve`."));

  static final Setting<List<String>> PRIVATE_HOSTS = add(Setting.listOf("egress.private_hosts", ValueType.TEXT_LINE,
      "Exact host names of self-managed providers that may lead to private addresses."));
  static final Setting<List<String>> PRIVATE_RANGES = add(Setting.listOf("egress.private_ranges", ValueType.TEXT_LINE,
      "Private address ranges (CIDR) that may be connected to."));
  static final Setting<List<Path>> TRUSTED_CERTIFICATES = add(
      Setting.listOf("egress.trusted_certificates", ValueType.TEXT_LINE.map("an absolute path", Path::of),
          "PEM files of certificate authorities that are trusted beside the platform's."));
  static final Setting<Duration> EGRESS_CONNECT_TIMEOUT = add(
      Setting.of("egress.connect_timeout", ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(1)), "5 s",
          "Longest wait for a name, and again for a TCP connection with its TLS handshake."));
  static final Setting<Integer> IDLE_PER_ORIGIN = add(Setting.of("egress.idle_per_origin", ValueType.integer(0, 10_000), "64",
      "Most idle connections per event loop and provider origin."));
  static final Setting<Duration> EGRESS_IDLE_TIMEOUT = add(Setting.of("egress.idle_timeout",
      ValueType.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)), "30 s",
      "How long an idle connection to a provider is kept."));
  static final Setting<Integer> HTTP2_PER_ORIGIN = add(Setting.of("egress.http2_per_origin", ValueType.integer(0, 1_000), "8",
      "Most HTTP/2 connections per event loop and provider origin, of up to 100 calls at a time each. `0`: providers are spoken to with HTTP/1.1 alone."));

  static final Setting<Integer> CACHE_ROWS = add(Setting.of("cache.rows", ValueType.integer(1, 100_000_000), "100000",
      "Most sealed credential rows kept in memory."));
  static final Setting<Integer> CACHE_KEYS = add(Setting.of("cache.api_keys", ValueType.integer(1, 100_000_000), "100000",
      "Most API keys remembered, by hash."));
  static final Setting<Duration> STALE_LIMIT = add(
      Setting.of("cache.stale_limit", ValueType.duration(Duration.ZERO, Duration.ofMinutes(5)),
          "5 s", "How long cached rows are served while PostgreSQL cannot confirm them; then 503."));

  static final Setting<Boolean> AHEAD = add(Setting.of("refresh.ahead", ValueType.BOOLEAN, "true",
      "Whether access tokens are renewed before they expire though nobody asks for them, and refresh tokens before they end for want of use."));
  static final Setting<Integer> AHEAD_CALLS_PER_MINUTE = add(
      Setting.of("refresh.ahead_calls_per_minute", ValueType.integer(1, 100_000), "600",
          "Such refreshes that a replica begins in a minute for one provider."));
  static final Setting<Integer> AHEAD_CALLS_AT_ONCE = add(
      Setting.of("refresh.ahead_calls_at_once", ValueType.integer(1, 128), "16",
          "Such refreshes that a replica has under way for one provider; one integration has half of them at most."));
  static final Setting<Duration> AHEAD_RAMP = add(
      Setting.of("refresh.ahead_ramp", ValueType.duration(Duration.ZERO, Duration.ofHours(1)), "5 min",
          "How long after its start a replica needs to reach the full rate; it begins with a tenth."));
  static final Setting<Path> JOURNAL_DIRECTORY = add(Setting.path("refresh.journal_directory", null,
      "Directory of the rescue journal (docs/journal-format.md): this replica's alone, on a volume that outlives the process. Without it an answer of a provider is lost when the process ends before its commit; in `development` it is `journal-` with the API listener's port in `data_directory`."));
  static final Setting<Integer> JOURNAL_MIB = add(Setting.of("refresh.journal_mib", ValueType.integer(1, 1024), "64",
      "How many MiB the rescue journal may have. At about 1 KiB a refresh it keeps them for 24 hours where no synchronous standby has the commit; when full, the oldest that are committed go first."));

  static final Setting<Path> CHECKPOINT_DIRECTORY = add(Setting.path("audit.checkpoint_directory", null,
      "Directory for the newest signed checkpoint of each audit log, out of reach of whoever can write to the database; replicas may share it. Without it a superuser of the database can rewrite the log unnoticed."));

  static final Setting<Path> BACKUP_DIRECTORY = add(Setting.path("backup.directory", null,
      "Directory of backups, and of the third place of the ledger of erasures; it must be there, and all replicas share it. With it the job `backup` runs once a day, and `authpipe migrate` makes backups first."));
  static final Setting<Integer> BACKUP_KEEP = add(Setting.of("backup.keep", ValueType.integer(1, 1000), "10",
      "How many backups of each database stay in that directory, at most. None stays longer than `erasure.backups_kept`, whether or not there is a newer one."));
  static final Setting<String> BACKUP_VAULT_KEK = add(Setting.of("backup.vault_kek", ValueType.SLUG, null,
      "The KEK of backups of the vault; without it `keys.vault`."));
  static final Setting<String> BACKUP_CLIENT_SECRETS_KEK = add(Setting.of("backup.client_secrets_kek", ValueType.SLUG, null,
      "The KEK of backups of the client-secrets store, another one than that of the vault's; without it `keys.client_secrets`."));

  static final Setting<Duration> BACKUPS_KEPT = add(Setting.of("erasure.backups_kept",
      ValueType.duration(Duration.ofHours(1), ErasureSettings.LONGEST), "30 d",
      "How long you keep backups of the stores, archived write-ahead logs and replicas that stay behind on purpose. Receipts of erasures state it; the proxy deletes backups in `backup.directory` by it and cannot check others."));

  static final Setting<Integer> WAITING_CALLS = add(Setting.of("limits.waiting_calls", ValueType.integer(2, 100_000), "16384",
      "Most token reads and proxied calls at a time that wait for a store, a key or a refresh, those of one workspace at most as many as are free; one more is answered with 503 `overloaded`."));

  static final Setting<Duration> RELOAD_INTERVAL = add(Setting.of("configuration.reload_interval",
      ValueType.duration(Duration.ofMillis(100), Duration.ofHours(1)), "5 s",
      "How often the settings file, the provider files and the secret files are looked at for changes."));
  static final Setting<Path> PROVIDER_DIRECTORY = add(Setting.path("configuration.provider_directory", null,
      "Directory of further provider files (docs/catalog-format.md); read at start."));
  static final Setting<Duration> WARM_UP = add(Setting.of("warm_up.limit",
      ValueType.duration(Duration.ZERO, Duration.ofSeconds(30)), "2 s",
      "How long, at most, the proxy walks the way of a hot call by itself before `/health/ready` says so; calls are served meanwhile. `0 s`: not at all."));
  static final Setting<Duration> DRAIN = add(Setting.of("shutdown.drain", ValueType.duration(MS, Duration.ofMinutes(10)), "30 s",
      "How long calls under way may take to finish when the proxy stops."));
  static final Setting<LogFormat> LOG_FORMAT = add(
      Setting.of("log.format", ValueType.oneOf(LogFormat.class), "plain", "`plain` lines or one JSON object a line."));
  static final Setting<String> LOG_LEVEL = add(Setting.of("log.level",
      ValueType.TEXT_LINE.matching("one of error, warn, info, debug, trace", "error|warn|info|debug|trace"), "info",
      "How much is logged. No level logs a secret."));

  static final List<Setting<?>> ALL = List.copyOf(TABLE);
  /** Those that the file of a cell may hold. */
  static final List<Setting<?>> OF_STORES = ALL.stream().filter(one -> one.key().startsWith("stores.")).toList();

  private Settings() {}

  /** The settings of one store. */
  static final class StoreKeys {
    final Setting<String> url;
    final Setting<String> notificationUrl;
    final Setting<String> user;
    final Setting<SecretFile> password;
    final Setting<String> owner;
    final Setting<SecretFile> ownerPassword;
    final Setting<String> backupUser;
    final Setting<SecretFile> backupPassword;
    final Setting<Integer> poolSize;
    final Setting<Duration> wait;
    final Setting<Duration> statementTimeout;

    StoreKeys(String name) {
      String at = "stores." + name + ".";
      ValueType<String> jdbc = ValueType.TEXT_LINE.matching("a JDBC URL of PostgreSQL without credentials",
          "jdbc:postgresql://(?!.*[?&](user|password|sslpassword)=)[^@]+");
      this.url = add(Setting.of(at + "url", jdbc, null,
          "JDBC URL of the store. Outside development it needs `sslmode=verify-full`, `sslcert` and `sslkey`."));
      this.notificationUrl = add(Setting.of(at + "notification_url", jdbc, null,
          "A direct connection for LISTEN, where `url` leads through a pooler; without it: `url`."));
      this.user = add(Setting.of(at + "user", ValueType.TEXT_LINE, name + "_app", "The application role."));
      this.password = add(Setting.secret(at + "password", "Its password; none where a client certificate decides."));
      this.owner = add(
          Setting.of(at + "owner", ValueType.TEXT_LINE, name + "_owner",
              "The owner role, for `authpipe migrate`, `authpipe workspace` and `authpipe restore` only."));
      this.ownerPassword = add(Setting.secret(at + "owner_password", "Its password; leave it out where the proxy runs."));
      this.backupUser = add(Setting.of(at + "backup_user", ValueType.TEXT_LINE, name + "_backup",
          "The role that reads every row for backups and writes none."));
      this.backupPassword = add(Setting.secret(at + "backup_password", "Its password; none where a client certificate decides."));
      this.poolSize = add(Setting.of(at + "pool_size", ValueType.integer(1, 500), "20", "Most connections at a time."));
      this.wait = add(Setting.of(at + "wait", ValueType.duration(Duration.ofMillis(250), Duration.ofMinutes(1)), "2 s",
          "How long a request waits for a connection before it is answered with 503."));
      this.statementTimeout = add(Setting.of(at + "statement_timeout",
          ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)), "10 s", "Longest run of one statement."));
    }
  }

  private static ValueType<Optional<Duration>> orNever() {
    ValueType<Duration> amount = ValueType.duration(RotateSettings.SHORTEST, RotateSettings.LONGEST);
    return ValueType.TEXT_LINE.map(amount.description() + ", or never",
        text -> text.equals("never") ? Optional.empty() : Optional.of(amount.parse(text)));
  }

  private static <T> Setting<T> add(Setting<T> setting) {
    TABLE.add(setting);
    return setting;
  }
}
