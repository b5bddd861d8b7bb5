package dev.authpipe.proxy.refresh;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.clientsecret.PreviousSecrets;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.journal.JournalParts;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.retire.RetireParts;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.proxy.vault.VaultSettings;
import dev.authpipe.wire.ConnectionId;

/**
 * A replica of the real classes whose steps wait to be let go. Pools, caches and keys stay; what a process would forget when it is killed, and
 * its journal, are in {@link Running}.
 */
final class SteppedReplica implements AutoCloseable {
  private static final AuditActor CALLER = AuditActor.system("test");
  private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final List<String> ROOMS = List.of("dev.authpipe.proxy.refresh.", "dev.authpipe.proxy.retire.");

  private final Stage stage;
  private final Interleaving steps;
  private final Ticker ticker;
  private final VaultDatabase database;
  private final ClientSecretsDatabase clientSecretsDatabase;
  private final Notifications notifications;
  private final Notifications clientSecretNotifications;
  private final ClientProofs clientProofs;
  private final Envelopes envelopes;
  private final CredentialVault vault;
  private final OAuthClient oauth;
  private final AuditLog audit;
  private final ErasureLedger ledger;
  private final Documents documents;
  private final GenerationWatch watch;
  private final Seeded random = new Seeded();
  private final Randomness randomness;

  SteppedReplica(Stage stage, Interleaving steps, SteppedProvider provider, Ticker ticker) {
    this.stage = stage;
    this.steps = steps;
    this.ticker = ticker;
    randomness = new Randomness(random, stage.clock);
    database = new SteppedDatabase();
    clientSecretsDatabase = new ClientSecretsDatabase(stage.store(Store.CLIENT_SECRETS));
    notifications = new Notifications(stage.store(Store.VAULT), Ticker.systemTicker());
    clientSecretNotifications = new Notifications(stage.store(Store.CLIENT_SECRETS), Ticker.systemTicker());
    clientSecretNotifications.start();
    EnvelopeSettings settings = new EnvelopeSettings("test", "operator", "secrets");
    KekRegistry registry = new KekRegistry(stage.keks, EnvelopeSettings.KEK_DEADLINE);
    DeploymentKeys deploymentKeys = new DeploymentKeys(settings, database, registry, Ticker.systemTicker(), randomness);
    deploymentKeys.load();
    envelopes = Envelopes.ofVault(settings, database, registry, deploymentKeys, Ticker.systemTicker(), randomness);
    Envelopes secretEnvelopes = Envelopes.ofClientSecrets(settings, clientSecretsDatabase, registry, deploymentKeys,
        Ticker.systemTicker(), randomness);
    audit = new AuditLog(database, clientSecretsDatabase, randomness);
    ClientSecrets clientSecrets = new ClientSecrets(settings, clientSecretsDatabase, clientSecretNotifications, secretEnvelopes,
        deploymentKeys, stage.clock, Ticker.systemTicker());
    clientProofs = new ClientProofs(clientSecrets,
        new ClientKeys(clientSecretsDatabase, clientSecretNotifications, secretEnvelopes, deploymentKeys, stage.clock,
            Ticker.systemTicker()),
        new PreviousSecrets(clientSecretsDatabase, clientSecrets, audit, stage.clock, Ticker.systemTicker()));
    vault = new CredentialVault(VaultSettings.usual(), database, notifications, envelopes, Ticker.systemTicker());
    ledger = new ErasureLedger(database, clientSecretsDatabase, deploymentKeys, stage.clock);
    documents = new Documents(deploymentKeys, new CheckpointSettings("test", null));
    oauth = new OAuthClient(provider, stage.clock, randomness);
    watch = new GenerationWatch(notifications);
  }

  /** What chance decides here from now on. */
  void seed(long seed) {
    random.generator = generator(seed);
  }

  static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Starts the process on its journal. */
  Running run(Path journal) {
    return new Running(journal);
  }

  CredentialRow row(ConnectionId connection) {
    return database.inWorkspace(stage.workspace, tx -> vault.row(tx, connection)).orElseThrow();
  }

  /** What a process is: gone when it is killed, but for its journal's files. */
  final class Running {
    private final JournalParts journal;
    private final RetireParts retire;
    private final RefreshRecovery recovery;
    private final Flights flights;

    private Running(Path directory) {
      RefreshSettings settings = settings();
      Leases leases = new Leases();
      RefreshAttemptStore attempts = new RefreshAttemptStore();
      journal = new JournalParts(directory, database, audit, stage.clock, randomness);
      retire = new RetireParts(database, new Connections(), vault, new People(randomness), leases, journal.journal(),
          stage.configuration, envelopes, clientProofs, oauth, audit, ledger, documents, randomness, stage.clock);
      ProviderGate gate = new ProviderGate(settings, ticker);
      Rescue rescue = new Rescue(database, vault, leases, attempts, audit);
      Refusal refusal = new Refusal(database, vault, leases, attempts, rescue, retire.receivedGrants(), audit, settings,
          randomness);
      recovery = new RefreshRecovery(database, vault, leases, attempts, retire.receivedGrants(), stage.configuration, audit,
          stage.clock);
      JournaledAnswers journaled = new JournaledAnswers(journal.journal(), vault, journal.reading(), recovery,
          new PointingClock());
      Reception reception = new Reception(database, vault, leases, attempts, refusal, retire.receivedGrants(), audit, journaled,
          settings, ticker);
      Renewal renewal = new Renewal(database, vault, leases, attempts, stage.configuration, clientProofs, oauth, gate, reception,
          journaled, rescue, refusal, settings, stage.clock, this::checkedTime, randomness);
      flights = new Flights(renewal, watch, gate, database, vault, settings, ticker);
      journal.open(List.of(recovery), database, notifications);
    }

    private long checkedTime() {
      steps.point("looking at the time");
      return ticker.read();
    }

    /** Refreshes; what it ended in. */
    RenewalOutcome refresh(CredentialRow row, RefreshCause cause) {
      return flights.join(row, cause, CALLER).join();
    }

    void disconnect(ConnectionId connection) {
      retire.retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    }

    /** What a start does with what it finds, and the background from time to time. */
    void recover() {
      journal.pass();
      recovery.settleInterrupted();
    }

    void runJobs() {
      retire.runJobs();
    }

    long unsettled() {
      return journal.journal().unsettled();
    }

    /** Lets the files go, as the end of a process does. */
    void end() {
      journal.close();
    }
  }

  private static RefreshSettings settings() {
    RefreshSettings usual = RefreshSettings.usual();
    return new RefreshSettings(usual.lease(), usual.pauseLimit(), usual.backoffLeast(), usual.backoffMost(),
        usual.retryAfterMost(), usual.budget(), usual.commitPatience(), usual.invalidTokenPause(), 1000, 1000, usual.turnLimit(),
        usual.breakerFailures(), usual.breakerLeast(), usual.breakerMost(), usual.flightsMost(), usual.flightLimit(),
        java.time.Duration.ofNanos(1000), usual.attemptsKept());
  }

  /** A store in which each transaction of the two rooms waits for its turn before it begins. */
  private final class SteppedDatabase extends VaultDatabase {
    SteppedDatabase() {
      super(stage.store(Store.VAULT), Map.of());
    }

    @Override
    protected void beforeTransaction() {
      if (steps.current() == null) {
        return;
      }
      String asks = STACK.walk(frames -> frames.filter(frame -> !frame.getClassName().startsWith("dev.authpipe.proxy.db."))
          .filter(frame -> frame.getDeclaringClass() != SteppedDatabase.class).findFirst()
          .map(frame -> frame.getClassName() + "." + frame.getMethodName()).orElse(""));
      if (ROOMS.stream().anyMatch(asks::startsWith)) {
        steps.point(asks.substring("dev.authpipe.proxy.".length()));
      }
    }
  }

  /** The stage's time, with a point where an answer is about to be journaled. */
  private final class PointingClock extends Clock {
    @Override
    public Instant instant() {
      steps.point("journaling");
      return stage.clock.instant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Chance that can be repeated. */
  private static final class Seeded extends SecureRandom {
    private static final long serialVersionUID = 1;
    private transient RandomGenerator generator = generator(0);

    @Override
    public void nextBytes(byte[] bytes) {
      if (generator == null) {
        super.nextBytes(bytes);
      } else {
        generator.nextBytes(bytes);
      }
    }
  }

  @Override
  public void close() {
    notifications.close();
    clientSecretNotifications.close();
    database.close();
    clientSecretsDatabase.close();
  }
}
