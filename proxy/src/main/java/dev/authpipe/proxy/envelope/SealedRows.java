package dev.authpipe.proxy.envelope;

import java.util.Map;
import java.util.function.BooleanSupplier;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/**
 * The sealed records that one room keeps in one store, for the rotation of their keyset and for the proof that a copy opens: every column with sealed bytes is of exactly one of
 * these. Must never change what a record says or where it belongs.
 */
public interface SealedRows {
  /** Which store: {@code vault} or {@code client_secrets}. */
  String store();

  /** How many records of the transaction's workspace name another key. */
  long sealedOtherwise(Tx tx, KeyId present);

  /** How many records of the transaction's workspace name which key; reads all of them. */
  Map<KeyId, Long> counts(Tx tx);

  /** Whether they end by themselves, within a week at most, so that none is ever resealed. */
  default boolean endByThemselves() {
    return false;
  }

  /** Shows every record of the transaction's workspace; those alone that have no place any more are left out. */
  void each(Tx tx, SealedVisitor visitor);

  /**
   * Reseals some of those records under the present key, until it is to stop; answers how many. 0 where they end by themselves, or none is left that
   * can be. Asks the KEK at most through {@link Envelopes}.
   */
  int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping);
}
