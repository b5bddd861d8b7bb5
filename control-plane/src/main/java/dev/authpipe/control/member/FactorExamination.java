package dev.authpipe.control.member;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.member.totp.FactorKey;

/** Looks whether the key of second factors is the one that they are sealed with. Never shows one. */
@Singleton
public final class FactorExamination {
  private final Database database;
  private final FactorKey key;

  FactorExamination(Database database, FactorKey key) {
    this.database = database;
    this.key = key;
  }

  /**
   * Whether the key opens a second factor in the store; false: there is none.
   *
   * @throws IllegalStateException if it does not open it
   */
  public boolean opens() {
    return database.inWorkspace(Database.PLANE, tx -> PersonStore.anybodyWithTotp(tx).map(person -> {
      byte[] sealed = PersonStore.totpSealed(tx, person);
      if (sealed != null) {
        key.open(person, sealed).close();
      }
      return sealed != null;
    }).orElse(false));
  }
}
