package dev.authpipe.control.connection;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.Report;

/** Keeps what proxies tell of connections. Must never keep anything about an end user or an account, for none is told. Thread-safe. */
@Singleton
public final class Connections {

  /** Takes a report of the transaction's workspace; a repetition or an older one changes nothing. */
  public void report(Tx tx, Report.Connection report) {
    ConnectionStore.save(tx, report);
  }
}
