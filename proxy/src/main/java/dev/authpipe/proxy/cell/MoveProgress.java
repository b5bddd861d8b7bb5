package dev.authpipe.proxy.cell;

/** Is told how far a move is. Called often; must be quick. */
public interface MoveProgress {
  /** A pass over a store begins: how many rows there are, and how many of them are still to be copied. */
  default void store(String store, long rows, long differing) {}

  /** Rows were copied. */
  default void copied(String table, int rows) {}

  /** Records were opened at the target. */
  default void opened(long records) {}

  /** The switch begins: from now on transactions of the workspace wait. */
  default void switching() {}

  /** Rows were deleted where the workspace is no more. */
  default void deleted(String table, int rows) {}
}
