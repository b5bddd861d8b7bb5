package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.backup.LedgerParts;
import dev.authpipe.proxy.backup.LedgerReplays;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ConnectionId;

/** The room as one replica has it, wired by hand for tests. */
public final class RetireParts {
  private final Retirement retirement;
  private final ReceivedGrants receivedGrants;
  private final Erasures erasures;
  private final RevocationStore owed = new RevocationStore();
  private final ErasureStore erasureStore = new ErasureStore();
  private final Revocations revocations;
  private final OldTokens oldTokens;
  private final CredentialVault vault;
  private final VaultDatabase database;
  private final Configuration configuration;
  private final LedgerReplays replays;
  private final Receipts receipts;
  private final Documents documents;
  private final PurgeStore purges = new PurgeStore();

  /** Everything the room needs. */
  public RetireParts(VaultDatabase database, Connections connections, CredentialVault vault, People people, Leases leases,
      Journal journal,
      Configuration configuration, Envelopes envelopes, ClientProofs clientProofs, OAuthClient oauth, AuditLog audit,
      ErasureLedger ledger, Documents documents, Randomness randomness, Clock clock) {
    this.database = database;
    this.configuration = configuration;
    AccountSharing sharing = new AccountSharing(database, connections);
    RevocationCall call = new RevocationCall(oauth, clientProofs);
    this.vault = vault;
    revocations = new Revocations(database, owed, vault, new Taking(database, vault, owed, audit, randomness), sharing, call,
        configuration, envelopes, audit, RetireSettings.usual(), randomness, clock);
    oldTokens = new OldTokens(database, owed, revocations, randomness, clock);
    retirement = new Retirement(database, connections, vault, people, leases, journal, configuration, owed, revocations,
        audit, randomness, clock);
    receivedGrants = new ReceivedGrants(database, connections, vault, owed, revocations, call, sharing, randomness, clock);
    ErasureViews views = new ErasureViews(people, connections, vault, owed, erasureStore, sharing, ledger, configuration,
        new ErasureSettings(ErasureSettings.LONGEST), clock);
    erasures = new Erasures(database, people, connections, vault, retirement, revocations, owed, erasureStore, views, ledger,
        List.of(), audit, randomness, clock);
    replays = LedgerParts.replays(ledger, List.of(new PersonReplay(erasures)), database, audit);
    receipts = new Receipts(documents, clock);
    this.documents = documents;
  }

  public Retirement retirement() {
    return retirement;
  }

  public ReceivedGrants receivedGrants() {
    return receivedGrants;
  }

  public Erasures erasures() {
    return erasures;
  }

  public LedgerReplays replays() {
    return replays;
  }

  public Documents documents() {
    return documents;
  }

  public Receipts receipts() {
    return receipts;
  }

  /** Sets the access token of a connection aside for a renewal that does not come; the revocation that owes it. */
  public UUID setAside(Integration integration, ConnectionId connection) {
    try (OpenCredential old = vault.open(vault.row(integration.workspace(), connection).orElseThrow());
        Sealer sealer = vault.hold(integration.workspace())) {
      return database.inWorkspace(integration.workspace(),
          tx -> oldTokens.setAside(tx, sealer, integration, connection, old, Duration.ofMinutes(15)));
    }
  }

  /** What the scheduled work does, once. */
  public void runJobs() {
    RetireJobs jobs = new RetireJobs(database, revocations, owed, erasures, erasureStore, retirement, purges, configuration,
        RetireSettings.usual(), replays);
    jobs.revoke();
    jobs.erase();
    jobs.purge();
  }
}
