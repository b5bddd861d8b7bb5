package dev.authpipe.proxy.audit;

import dev.authpipe.proxy.db.Tx;

/**
 * Is told of every entry in the transaction that records it, so that what follows from a change is neither forgotten nor written without it. Must
 * not call out; work at the end of the transaction is registered with it.
 */
public interface AuditObserver {
  /** An entry is going to be written with this transaction. */
  void recorded(Tx tx, AuditEntry entry);
}
