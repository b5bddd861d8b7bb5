package dev.authpipe.quickstart.sample;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.authpipe.sdk.SignedInUser;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;

/**
 * One signed-in browser, kept on the server. It is where code verifiers live: a browser that did not start a connect session has
 * no verifier for it, and so cannot be tricked into finishing somebody else's.
 */
final class LoginSession implements SignedInUser {

  private static final int MOST_VERIFIERS = 10;
  private static final int MOST_OBJECTS = 40;

  private final Person person;
  private final Instant endsAt;
  private final Map<ConnectSessionId, CodeVerifier> verifiers = new LinkedHashMap<>();
  private final Set<String> objects = new LinkedHashSet<>();

  LoginSession(Person person, Instant endsAt) {
    this.person = person;
    this.endsAt = endsAt;
  }

  Person person() {
    return person;
  }

  Instant endsAt() {
    return endsAt;
  }

  @Override
  public EndUserId endUserId() {
    return person.id();
  }

  @Override
  public Optional<String> displayName() {
    return Optional.of(person.name());
  }

  @Override
  public synchronized void keepVerifier(ConnectSessionId session, CodeVerifier verifier) {
    while (verifiers.size() >= MOST_VERIFIERS) {
      verifiers.remove(verifiers.keySet().iterator().next());
    }
    verifiers.put(session, verifier);
    remember(session.value());
  }

  @Override
  public synchronized Optional<CodeVerifier> verifierOf(ConnectSessionId session) {
    return Optional.ofNullable(verifiers.get(session));
  }

  @Override
  public synchronized void forgetVerifier(ConnectSessionId session) {
    verifiers.remove(session);
  }

  /**
   * Keeps the id of something that this person made at the proxy, so that they can look up what was recorded about it. Ids name nobody, and
   * go with the login session.
   */
  synchronized void remember(String object) {
    objects.remove(object);
    while (objects.size() >= MOST_OBJECTS) {
      objects.remove(objects.iterator().next());
    }
    objects.add(object);
  }

  synchronized boolean remembers(String object) {
    return objects.contains(object);
  }

  synchronized Set<String> remembered() {
    return new LinkedHashSet<>(objects);
  }
}
