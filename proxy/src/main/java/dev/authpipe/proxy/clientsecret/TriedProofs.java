package dev.authpipe.proxy.clientsecret;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.ProofAnswer;

/**
 * What a client proves itself with for requests of one occasion: one proof, or two while a client secret is being rotated. The second is sent
 * only when the first was refused for sure and alone; silence, a lost answer or any other refusal is never repeated here. Must be closed after
 * what was received is safe: closing may write. Not thread-safe.
 */
public final class TriedProofs implements AutoCloseable {
  private final ClientProof usual;
  private final @Nullable ClientProof before;
  private final @Nullable SecretOrder order;
  private int refused;

  private TriedProofs(ClientProof usual, @Nullable ClientProof before, @Nullable SecretOrder order) {
    this.usual = usual;
    this.before = before;
    this.order = order;
  }

  /** One proof, which becomes theirs to close. */
  public static TriedProofs only(ClientProof proof) {
    return new TriedProofs(proof, null, null);
  }

  /** The present one and the one before, which become theirs to close. */
  static TriedProofs both(ClientProof present, ClientProof before, SecretOrder order) {
    return new TriedProofs(present, before, order);
  }

  /** The answer to a request. */
  public <T extends ProofAnswer> T ask(Function<ClientProof, T> request) {
    return ask(request, () -> true, () -> {
      throw new IllegalStateException("there is always time");
    });
  }

  /**
   * As above, where a second request may come too late.
   *
   * @param inTime whether a second one may still be sent
   * @param late   what it comes to if not; the next occasion begins with the other proof
   */
  public <T extends ProofAnswer> T ask(Function<ClientProof, T> request, BooleanSupplier inTime, Supplier<T> late) {
    if (order == null || before == null) {
      return request.apply(usual);
    }
    boolean beforeFirst = order.beforeFirst();
    T first = request.apply(beforeFirst ? before : usual);
    if (!first.refusesProof()) {
      if (first.takesProof()) {
        order.took(beforeFirst);
      }
      return first;
    }
    refused++;
    if (!inTime.getAsBoolean()) {
      order.prefer(!beforeFirst);
      return late.get();
    }
    T second = request.apply(beforeFirst ? usual : before);
    order.prefer(!second.refusesProof() && !beforeFirst); // of two that are refused the present one goes first again
    if (second.takesProof()) {
      order.took(!beforeFirst);
    }
    return second;
  }

  /** How many requests were refused and followed, or not in time to be followed, by another. */
  public int refused() {
    return refused;
  }

  /** Wipes the proofs and notes, at most once a day, that the one before is still needed. */
  @Override
  public void close() {
    usual.close();
    if (before != null) {
      before.close();
    }
    if (order != null) {
      order.settle();
    }
  }

  @Override
  public String toString() {
    return "TriedProofs[***]";
  }
}
