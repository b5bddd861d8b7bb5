package dev.authpipe.testkit.sandbox;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The users of the provider, and whose turn it is to consent. */
final class Accounts {

  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Deque<Account> turns = new ArrayDeque<>();

  Accounts(Collection<Account> first) {
    first.forEach(this::add);
  }

  synchronized void add(Account account) {
    accounts.put(account.id(), account);
  }

  synchronized void consentsNext(Account account) {
    add(account);
    turns.add(account);
  }

  /** The account whose turn it is; without one, the first account. */
  synchronized Account takeNext() {
    var next = turns.poll();
    return next != null ? next : accounts.values().iterator().next();
  }

  synchronized Optional<Account> find(String id) {
    return Optional.ofNullable(accounts.get(id));
  }

  synchronized List<Account> all() {
    return List.copyOf(accounts.values());
  }
}
