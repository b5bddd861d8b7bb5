package dev.authpipe.proxy.envelope;

import static dev.authpipe.db.vault.Tables.DEPLOYMENT_KEY;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.jooq.Condition;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;

/** SQL of {@code deployment_key}; holds nothing unwrapped. */
final class DeploymentKeyStore {
  private final VaultDatabase database;

  DeploymentKeyStore(VaultDatabase database) {
    this.database = database;
  }

  Optional<StoredKeyset> newest(DeploymentPurpose purpose) {
    return database.lookUp(dsl -> dsl.select(DEPLOYMENT_KEY.KEY_VERSION, DEPLOYMENT_KEY.KEK_NAME, DEPLOYMENT_KEY.WRAPPED)
        .from(DEPLOYMENT_KEY).where(DEPLOYMENT_KEY.PURPOSE.eq(purpose.label())).orderBy(DEPLOYMENT_KEY.KEY_VERSION.desc())
        .limit(1)
        .fetchOptional(row -> new StoredKeyset(row.value1(), row.value2(), row.value3(), true)));
  }

  /** Puts another wrapping in the place of exactly this one; false when that is no longer there. */
  boolean replace(DeploymentPurpose purpose, StoredKeyset keyset, String kekName, byte[] wrapped, Consumer<Tx> written) {
    return database.inWorkspace(Database.STORE, tx -> {
      boolean replaced = tx.dsl().update(DEPLOYMENT_KEY).set(DEPLOYMENT_KEY.KEK_NAME, kekName)
          .set(DEPLOYMENT_KEY.WRAPPED, wrapped)
          .where(DEPLOYMENT_KEY.PURPOSE.eq(purpose.label())).and(DEPLOYMENT_KEY.KEY_VERSION.eq(keyset.version()))
          .and(DEPLOYMENT_KEY.KEK_NAME.eq(keyset.kekName())).and(DEPLOYMENT_KEY.WRAPPED.eq(keyset.wrapped())).execute() == 1;
      if (replaced) {
        written.accept(tx);
      }
      return replaced;
    });
  }

  /** Whether it was wrapped anew in this rotation of its KEK. */
  boolean isRenewed(DeploymentPurpose purpose, StoredKeyset keyset, UUID rotation) {
    return database
        .lookUp(dsl -> dsl.fetchExists(DEPLOYMENT_KEY, is(purpose, keyset).and(DEPLOYMENT_KEY.REWRAP_ID.eq(rotation))));
  }

  /** Notes that it was. */
  void renewed(Tx tx, DeploymentPurpose purpose, StoredKeyset keyset, UUID rotation) {
    tx.dsl().update(DEPLOYMENT_KEY).set(DEPLOYMENT_KEY.REWRAP_ID, rotation).where(is(purpose, keyset)).execute();
  }

  private static Condition is(DeploymentPurpose purpose, StoredKeyset keyset) {
    return DEPLOYMENT_KEY.PURPOSE.eq(purpose.label()).and(DEPLOYMENT_KEY.KEY_VERSION.eq(keyset.version()));
  }

  /** Adds the first version unless another replica did. */
  void insertFirst(DeploymentPurpose purpose, StoredKeyset keyset) {
    database.lookUp(dsl -> dsl.insertInto(DEPLOYMENT_KEY).set(DEPLOYMENT_KEY.PURPOSE, purpose.label())
        .set(DEPLOYMENT_KEY.KEY_VERSION, keyset.version()).set(DEPLOYMENT_KEY.KEK_NAME, keyset.kekName())
        .set(DEPLOYMENT_KEY.WRAPPED, keyset.wrapped()).onConflictDoNothing().execute());
  }
}
