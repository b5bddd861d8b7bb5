package dev.authpipe.sdk;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The addresses of the replicas of one proxy, and which of them is asked. Stays with one until it does not answer, then goes on to the next:
 * which one it is does not matter to the answer, since replicas keep nothing of their own. Thread-safe.
 */
final class Replicas {

  private final List<URI> addresses;
  private final AtomicInteger turn;

  /** Begins with any of them, so that applications spread over the replicas. */
  Replicas(List<URI> addresses, int begin) {
    this.addresses = List.copyOf(addresses);
    this.turn = new AtomicInteger(Math.floorMod(begin, addresses.size()));
  }

  URI present() {
    return at(turn.get());
  }

  /** Whoever notices first moves on; for the others the next one is the present one already. */
  void passOver(URI silent) {
    int now = turn.get();
    if (at(now).equals(silent)) {
      turn.compareAndSet(now, now + 1);
    }
  }

  int count() {
    return addresses.size();
  }

  boolean knows(URI address) {
    return addresses.contains(address);
  }

  private URI at(int number) {
    return addresses.get(Math.floorMod(number, addresses.size()));
  }
}
