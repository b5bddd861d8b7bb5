package dev.authpipe.proxy.audit;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/** A fresh set of stores as the application sees it, with what a test does behind its back, and a ticker that a test moves. */
public final class OpenStores implements AutoCloseable {
  private final EmbeddedDatabases.StoreSet set = EmbeddedDatabases.shared().create();
  private final AtomicLong moved = new AtomicLong();
  private final VaultDatabase vault = new VaultDatabase(settings(Store.VAULT, Duration.ofSeconds(2)));
  private final ClientSecretsDatabase clientSecrets = new ClientSecretsDatabase(
      settings(Store.CLIENT_SECRETS, Duration.ofSeconds(2)));
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());

  public StoreSettings settings(Store store, Duration wait) {
    return new StoreSettings(set.jdbcUrl(store), null, store.applicationRole(), () -> SecretText.of(set.password()), 12, wait,
        Duration.ofSeconds(10));
  }

  public VaultDatabase vault() {
    return vault;
  }

  public ClientSecretsDatabase clientSecrets() {
    return clientSecrets;
  }

  public Randomness randomness() {
    return randomness;
  }

  public AuditLog log() {
    return new AuditLog(vault, clientSecrets, randomness);
  }

  public WorkspaceId workspace() {
    return new WorkspaceId(randomness.uuidV7());
  }

  /** Real time plus what was added. */
  public Ticker ticker() {
    return () -> System.nanoTime() + moved.get();
  }

  /** Writes what is owed; whether nothing was thrown. A round may end before a store that hangs has been found to be away, and then throws nothing. */
  static boolean tryToWrite(AuditBatches batches) {
    try {
      batches.write();
      return true;
    } catch (StoreUnavailableException away) {
      return false;
    }
  }

  public void move(Duration step) {
    moved.addAndGet(step.toNanos());
  }

  public EmbeddedDatabases.StoreSet set() {
    return set;
  }

  /** Runs SQL as superuser and answers the first column, in text. */
  public List<String> asSuperuser(Store store, String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = set.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    return values;
  }

  /** The canonical events of a log, oldest first. */
  public List<String> events(WorkspaceId workspace) {
    return events(Store.VAULT, workspace.value());
  }

  /** The same of another store. */
  public List<String> events(Store store, UUID workspace) {
    return asSuperuser(store,
        "select convert_from(body, 'UTF8') from audit_event where workspace_id = '" + workspace + "' order by seq");
  }

  @Override
  public void close() {
    vault.close();
    clientSecrets.close();
    set.close();
  }
}
