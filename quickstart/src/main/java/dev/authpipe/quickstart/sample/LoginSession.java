package dev.authpipe.quickstart.sample;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  private final Person person;
  private final Instant endsAt;
  private final Map<ConnectSessionId, CodeVerifier> verifiers = new LinkedHashMap<>();

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
  }

  @Override
  public synchronized Optional<CodeVerifier> verifierOf(ConnectSessionId session) {
    return Optional.ofNullable(verifiers.get(session));
  }

  @Override
  public synchronized void forgetVerifier(ConnectSessionId session) {
    verifiers.remove(session);
  }
}
