package dev.authpipe.proxy.retire;

import java.time.Clock;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.People;

/** The room as one replica has it, wired by hand for tests. */
public final class RetireParts {
  private final Retirement retirement;
  private final Erasures erasures;
  private final RevocationStore owed = new RevocationStore();
  private final ErasureStore erasureStore = new ErasureStore();
  private final Revocations revocations;
  private final VaultDatabase database;
  private final Configuration configuration;
  private final PurgeStore purges = new PurgeStore();

  /** Everything the room needs. */
  public RetireParts(VaultDatabase database, Connections connections, CredentialVault vault, People people, Leases leases,
      Journal journal,
      Configuration configuration, Envelopes envelopes, ClientSecrets clientSecrets, OAuthClient oauth, AuditLog audit,
      Randomness randomness, Clock clock) {
    this.database = database;
    this.configuration = configuration;
    AccountSharing sharing = new AccountSharing(database, connections);
    RevocationCall call = new RevocationCall(oauth, clientSecrets);
    revocations = new Revocations(database, owed, new Taking(database, vault, owed, audit, randomness), sharing, call,
        configuration, envelopes, audit, RetireSettings.usual(), randomness, clock);
    retirement = new Retirement(database, connections, vault, people, leases, journal, configuration, owed, revocations, call,
        sharing,
        audit, randomness, clock);
    erasures = new Erasures(database, people, connections, vault, retirement, revocations, owed, erasureStore, sharing,
        configuration, audit, randomness, clock);
  }

  public Retirement retirement() {
    return retirement;
  }

  public Erasures erasures() {
    return erasures;
  }

  /** What the scheduled work does, once. */
  public void runJobs() {
    RetireJobs jobs = new RetireJobs(database, revocations, owed, erasures, erasureStore, retirement, purges, configuration,
        RetireSettings.usual());
    jobs.revoke();
    jobs.erase();
    jobs.purge();
  }
}
