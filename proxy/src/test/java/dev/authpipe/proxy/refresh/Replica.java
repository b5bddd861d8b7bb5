package dev.authpipe.proxy.refresh;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.clientsecret.PreviousSecrets;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.DirectOutbound;
import dev.authpipe.proxy.egress.OutboundParts;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.journal.JournalParts;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.retire.Erasures;
import dev.authpipe.proxy.retire.RetireParts;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.DueCredentials;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.proxy.vault.VaultSettings;

/** One proxy's share of keeping, refreshing and retiring, wired from the real parts, with pools, caches and keys of its own. */
public final class Replica implements AutoCloseable {
  final VaultDatabase database;
  final ClientSecretsDatabase clientSecretsDatabase;
  final Notifications notifications;
  final Notifications clientSecretNotifications;
  final DirectOutbound outbound;
  final Envelopes envelopes;
  final ClientSecrets clientSecrets;
  final PreviousSecrets previousSecrets;
  final ClientKeys clientKeys;
  final ClientKeyLife clientKeyLife;
  final CredentialVault vault;
  final Connections connections = new Connections();
  final People people;
  final AuditLog audit;
  final Renewal renewal;
  final FreshCredentials credentials;
  final RetireParts retire;
  final JournalParts journal;
  final RefreshRecovery recovery;
  final Randomness randomness;
  final RefreshSchedule schedule;
  /** By how much the time that keys age by is ahead of the machine's. */
  final ManualNanos keyTime = new ManualNanos();
  final MeterRegistry metrics = new SimpleMeterRegistry();

  /** @param renewalTicker the monotonic clock of the rule alone; everything else has the machine's */
  Replica(StoreSettings vaultStore, StoreSettings clientSecretsStore, Iterable<Kek> keks, Configuration configuration,
      java.net.URI provider, Clock clock, Ticker renewalTicker, RefreshSettings settings, ScheduleSettings scheduled,
      @Nullable Path journalDirectory) {
    Ticker ticker = Ticker.systemTicker();
    java.util.List<Kek> all = new java.util.ArrayList<>();
    keks.forEach(all::add);
    randomness = new Randomness(new SecureRandom(), clock);
    database = new VaultDatabase(vaultStore);
    clientSecretsDatabase = new ClientSecretsDatabase(clientSecretsStore);
    notifications = new Notifications(vaultStore, ticker);
    notifications.start();
    clientSecretNotifications = new Notifications(clientSecretsStore, ticker);
    clientSecretNotifications.start();
    EnvelopeSettings envelopeSettings = new EnvelopeSettings("test", "operator", "secrets");
    KekRegistry registry = new KekRegistry(all, EnvelopeSettings.KEK_DEADLINE);
    DeploymentKeys deploymentKeys = new DeploymentKeys(envelopeSettings, database, registry, ticker, randomness);
    deploymentKeys.load();
    envelopes = Envelopes.ofVault(envelopeSettings, database, registry, deploymentKeys, () -> ticker.read() + keyTime.read(),
        randomness);
    Envelopes secretEnvelopes = Envelopes.ofClientSecrets(envelopeSettings, clientSecretsDatabase, registry, deploymentKeys,
        ticker,
        randomness);
    clientSecrets = new ClientSecrets(envelopeSettings, clientSecretsDatabase, clientSecretNotifications, secretEnvelopes,
        deploymentKeys, clock, ticker);
    clientKeys = new ClientKeys(clientSecretsDatabase, clientSecretNotifications, secretEnvelopes, deploymentKeys, clock, ticker);
    vault = new CredentialVault(VaultSettings.usual(), database, notifications, envelopes, ticker);
    people = new People(randomness);
    audit = new AuditLog(database, clientSecretsDatabase, randomness);
    previousSecrets = new PreviousSecrets(clientSecretsDatabase, clientSecrets, audit, clock,
        () -> ticker.read() + keyTime.read());
    ClientProofs clientProofs = new ClientProofs(clientSecrets, clientKeys, previousSecrets);
    clientKeyLife = new ClientKeyLife(envelopeSettings, clientSecretsDatabase, secretEnvelopes, clientKeys, audit, randomness,
        clock);
    Leases leases = new Leases();
    journal = new JournalParts(journalDirectory, database, audit, clock, randomness);
    outbound = OutboundParts.to(provider);
    OAuthClient oauth = new OAuthClient(outbound, clock, randomness);
    retire = new RetireParts(database, connections, vault, people, leases, journal.journal(), configuration, envelopes,
        clientProofs, oauth, audit, new ErasureLedger(database, clientSecretsDatabase, deploymentKeys, clock),
        new Documents(deploymentKeys, new CheckpointSettings("test", null)), randomness, clock);
    RefreshAttemptStore attempts = new RefreshAttemptStore();
    ProviderGate gate = new ProviderGate(settings, ticker);
    Rescue rescue = new Rescue(database, vault, leases, attempts, audit);
    Refusal refusal = new Refusal(database, vault, leases, attempts, rescue, retire.receivedGrants(), audit, settings,
        randomness);
    recovery = new RefreshRecovery(database, vault, leases, attempts, retire.receivedGrants(), configuration, audit, clock);
    JournaledAnswers journaled = new JournaledAnswers(journal.journal(), vault, journal.reading(), recovery, clock);
    journal.open(List.of(recovery), database, notifications);
    Reception reception = new Reception(database, vault, leases, attempts, refusal, retire.receivedGrants(), audit, journaled,
        settings,
        ticker);
    renewal = new Renewal(database, vault, leases, attempts, configuration, clientProofs, oauth, gate, reception, journaled,
        rescue,
        refusal, settings, clock, renewalTicker, randomness);
    Flights flights = new Flights(renewal, new GenerationWatch(notifications), gate, database, vault, settings, ticker);
    credentials = new FreshCredentials(vault, database, flights, new AheadRefreshes(flights, configuration, ticker, randomness),
        new IntegrityAlarm(database, audit, ticker), clock, ticker);
    schedule = new RefreshSchedule(database, new DueCredentials(), configuration, flights, gate, scheduled, clock, ticker,
        randomness, metrics);
  }

  /** How many refreshes its schedule made that ended so. */
  int scheduled(String outcome) {
    return (int) metrics.get("authpipe.refresh.ahead").tag("outcome", outcome).counter().count();
  }

  public FreshCredentials credentials() {
    return credentials;
  }

  public Retirement retirement() {
    return retire.retirement();
  }

  public Erasures erasures() {
    return retire.erasures();
  }

  public CredentialVault vault() {
    return vault;
  }

  public AuditLog audit() {
    return audit;
  }

  public VaultDatabase database() {
    return database;
  }

  public Connections connections() {
    return connections;
  }

  public RetireParts retire() {
    return retire;
  }

  public JournalParts journal() {
    return journal;
  }

  /** Ends it as a kill does: nothing of it reaches the store any more, and its journal directory is free. */
  public void kill() {
    database.close();
    journal.close();
  }

  @Override
  public void close() {
    journal.close();
    notifications.close();
    clientSecretNotifications.close();
    outbound.close();
    database.close();
    clientSecretsDatabase.close();
  }
}
