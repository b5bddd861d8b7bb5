package dev.authpipe.examples.tryout;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.authpipe.sdk.SignedInUser;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;

/** Somebody's login session at an application, in memory. */
record LoginSession(EndUserId endUserId, Map<ConnectSessionId, CodeVerifier> verifiers) implements SignedInUser {
  LoginSession(EndUserId endUserId) {
    this(endUserId, new ConcurrentHashMap<>());
  }

  @Override
  public void keepVerifier(ConnectSessionId connectSession, CodeVerifier verifier) {
    verifiers.put(connectSession, verifier);
  }

  @Override
  public Optional<CodeVerifier> verifierOf(ConnectSessionId connectSession) {
    return Optional.ofNullable(verifiers.get(connectSession));
  }

  @Override
  public void forgetVerifier(ConnectSessionId connectSession) {
    verifiers.remove(connectSession);
  }
}
