package dev.authpipe.proxy.envelope;

/** Is shown sealed records one by one. */
@FunctionalInterface
public interface SealedVisitor {
  /**
   * One record as it is stored.
   *
   * @param place  where it belongs, built from the ids of its row
   * @param sealed its bytes
   */
  void visit(RecordContext place, byte[] sealed);
}
