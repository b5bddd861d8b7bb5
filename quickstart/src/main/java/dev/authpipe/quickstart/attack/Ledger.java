package dev.authpipe.quickstart.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which connections there should be: those of before, and those that an honest finish made. Every other one is an attack's success. */
final class Ledger {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<BrowserUser> people;
  private final Map<String, Set<String>> before = new HashMap<>();
  private final Map<String, Set<String>> expected = new HashMap<>();

  Ledger(List<BrowserUser> people) {
    this.people = people;
    for (BrowserUser person : people) {
      Set<String> found = Set.copyOf(person.connections());
      before.put(person.person(), found);
      expected.put(person.person(), new HashSet<>(found));
    }
  }

  private Set<String> of(Map<String, Set<String>> which, BrowserUser person) {
    return which.getOrDefault(person.person(), Set.of());
  }

  /** Somebody connected an account as they wanted: exactly one new connection, and theirs. Says what is wrong, or nothing. */
  String expectOneMoreOf(BrowserUser owner) {
    List<String> found = owner.connections();
    long more = found.stream().filter(id -> !of(expected, owner).contains(id)).count();
    expected.computeIfAbsent(owner.person(), _ -> new HashSet<>()).addAll(found);
    return more == 1 ? "" : owner.person() + " has " + more + " new connections instead of one";
  }

  /** Waits, for ten seconds at most, until somebody has a connection more than expected. */
  void awaitOneMoreOf(BrowserUser owner) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until && of(expected, owner).containsAll(owner.connections())) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException("interrupted while waiting for a connection");
      }
    }
  }

  /** Compares what there is with what there should be. Says what is wrong, or nothing; what was said once is not said again. */
  String surprises() {
    List<String> wrong = new ArrayList<>();
    for (BrowserUser person : people) {
      if (person.wasChanged()) {
        wrong.add(person.person() + " was signed out, or in as somebody else");
      }
      List<String> found = person.connections();
      Set<String> should = expected.computeIfAbsent(person.person(), _ -> new HashSet<>());
      long more = found.stream().filter(id -> !should.contains(id)).count();
      long fewer = should.stream().filter(id -> !found.contains(id)).count();
      if (more > 0) {
        wrong.add(person.person() + " has " + more + " connection" + (more == 1 ? "" : "s") + " that nobody should have made");
      }
      if (fewer > 0) {
        wrong.add(person.person() + " lost " + fewer + " connection" + (fewer == 1 ? "" : "s"));
      }
      should.clear();
      should.addAll(found);
    }
    return String.join(", ", wrong);
  }

  /** Disconnects what was not there before. Says how many could not be. */
  int removeNew() {
    int left = 0;
    for (BrowserUser person : people) {
      for (String id : person.connections()) {
        if (!of(before, person).contains(id) && !person.call("DELETE", "/api/connections/" + id, "").granted()) {
          left++;
        }
      }
    }
    return left;
  }
}
