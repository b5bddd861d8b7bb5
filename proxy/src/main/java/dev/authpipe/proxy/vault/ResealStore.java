package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.CREDENTIAL;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** SQL of resealing {@code credential}, many rows with each statement; sees ciphertext only. */
final class ResealStore {
  private static final int FETCHED_AT_ONCE = 100;
  private static final int PAGE_BYTES = 2 << 20;
  /**
   * What was read is compared with what is there: a new generation is never overwritten, nor anything that another replica sealed. The list of ids
   * beside the join has the planner look them up, whatever it believes of the size of the arrays.
   */
  private static final String REPLACE = """
      update credential set sealed = n.sealed
      from unnest(?, ?, ?, ?) n (connection_id, generation, head, sealed)
      where credential.workspace_id = ? and credential.connection_id = any(?) and credential.connection_id = n.connection_id
        and credential.generation = n.generation and substring(credential.sealed from 1 for %d) = n.head
      """.formatted(KeyId.HEAD_BYTES);

  private ResealStore() {}

  /**
   * Credentials of the transaction's workspace that name another key, in the order of their connections: so many at most, and no more once they are
   * of {@value #PAGE_BYTES} bytes together.
   */
  static List<SealedPlace> page(Tx tx, KeyId present, @Nullable ConnectionId after, int most) {
    var query = tx.dsl()
        .select(CREDENTIAL.CONNECTION_ID, CONNECTION.INTEGRATION_ID, CONNECTION.PROVIDER, CREDENTIAL.GENERATION,
            CREDENTIAL.SEALED)
        .from(CREDENTIAL).join(CONNECTION).on(CredentialStore.joined()).where(CredentialStore.otherwise(tx, present))
        .and(CREDENTIAL.CONNECTION_ID.gt(after == null ? new UUID(0, 0) : after.value())).orderBy(CREDENTIAL.CONNECTION_ID)
        .limit(most);
    List<SealedPlace> page = new ArrayList<>();
    int bytes = 0;
    try (var rows = query.fetchSize(FETCHED_AT_ONCE).fetchLazy()) {
      while (bytes < PAGE_BYTES && rows.hasNext()) {
        for (var row : rows.fetchNext(FETCHED_AT_ONCE)) {
          CredentialPlace place = new CredentialPlace(tx.workspace(), new ConnectionId(row.value1()),
              new IntegrationId(row.value2()),
              row.value3(), row.value4(), null);
          page.add(new SealedPlace(place, row.value5()));
          bytes += row.value5().length;
        }
      }
    }
    return page;
  }

  /**
   * Replaces sealed bytes of those that are still what was read, and that nobody is at; the credentials themselves stay as they are. Whoever is at one
   * is not waited for, so that no refresh and no disconnect ever waits for a row that waits for another.
   */
  static int replace(Tx tx, List<ResealedPlace> some) {
    Set<UUID> free = locked(tx, some);
    List<ResealedPlace> ours = some.stream().filter(one -> free.contains(one.place().connection().value())).toList();
    tx.changed();
    return ours.isEmpty() ? 0 : tx.dsl().connectionResult(connection -> replace(connection, tx.workspace().value(), ours));
  }

  private static Set<UUID> locked(Tx tx, List<ResealedPlace> some) {
    UUID[] ids = some.stream().map(one -> one.place().connection().value()).toArray(UUID[]::new);
    return tx.dsl().select(CREDENTIAL.CONNECTION_ID).from(CREDENTIAL).where(CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL.CONNECTION_ID.eq(DSL.any(ids))).forNoKeyUpdate().skipLocked().fetchSet(CREDENTIAL.CONNECTION_ID);
  }

  /** By JDBC, which sends an array of bytes as it is; jOOQ makes a text of it. */
  private static int replace(Connection connection, UUID workspace, List<ResealedPlace> some) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REPLACE)) {
      Array ids = connection.createArrayOf("uuid", some.stream().map(one -> one.place().connection().value()).toArray());
      statement.setArray(1, ids);
      statement.setArray(2, connection.createArrayOf("int8", some.stream().map(one -> one.place().generation()).toArray()));
      statement.setArray(3, connection.createArrayOf("bytea", some.stream().map(ResealedPlace::head).toArray(byte[][]::new)));
      statement.setArray(4, connection.createArrayOf("bytea", some.stream().map(ResealedPlace::after).toArray(byte[][]::new)));
      statement.setObject(5, workspace);
      statement.setArray(6, ids);
      return statement.executeUpdate();
    }
  }
}
