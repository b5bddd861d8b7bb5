package dev.authpipe.proxy.retire;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.backup.LedgerEntry;
import dev.authpipe.proxy.backup.LedgerReplay;

/** Erases people again whom an old copy of the vault brought back. */
@Singleton
final class PersonReplay implements LedgerReplay {
  private final Erasures erasures;

  PersonReplay(Erasures erasures) {
    this.erasures = erasures;
  }

  @Override
  public LedgerEntry.Kind kind() {
    return LedgerEntry.Kind.PERSON;
  }

  @Override
  public void replay(LedgerEntry entry) {
    erasures.again(entry);
  }

  @Override
  public void goOn(LedgerEntry entry) {
    erasures.settle(entry.workspace(), entry.erasure());
  }
}
