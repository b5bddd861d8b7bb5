package dev.authpipe.control.dataplane;

import static dev.authpipe.db.control.Tables.COMMAND_KEY;

import java.util.Optional;

import dev.authpipe.control.db.Tx;

/** SQL of the command key. Never replaces one. */
final class CommandKeyStore {
  private CommandKeyStore() {}

  /** A row. A class of its own, for records compare arrays by identity. */
  static final class Row {
    final byte[] publicKey;
    final byte[] sealed;

    Row(byte[] publicKey, byte[] sealed) {
      this.publicKey = publicKey;
      this.sealed = sealed;
    }
  }

  static Optional<Row> find(Tx plane) {
    return plane.dsl().select(COMMAND_KEY.PUBLIC_KEY, COMMAND_KEY.SEALED).from(COMMAND_KEY)
        .where(COMMAND_KEY.WORKSPACE_ID.eq(plane.workspace().value())).fetchOptional()
        .map(row -> new Row(row.value1(), row.value2()));
  }

  /** Keeps a key unless there is one; answers the one there is. */
  static Row insert(Tx plane, Row made) {
    plane.dsl().insertInto(COMMAND_KEY).set(COMMAND_KEY.WORKSPACE_ID, plane.workspace().value())
        .set(COMMAND_KEY.PUBLIC_KEY, made.publicKey).set(COMMAND_KEY.SEALED, made.sealed).onConflictDoNothing().execute();
    return find(plane).orElseThrow();
  }
}
