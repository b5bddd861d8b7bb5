package dev.authpipe.sdk;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;

/** A login session as an application would keep it. */
final class LoginSession implements SignedInUser {

  private final EndUserId endUserId;
  private final Map<ConnectSessionId, CodeVerifier> verifiers = new HashMap<>();

  LoginSession(String endUserId) {
    this.endUserId = new EndUserId(endUserId);
  }

  @Override
  public EndUserId endUserId() {
    return endUserId;
  }

  @Override
  public Optional<String> displayName() {
    return Optional.of("Ada \"the first\" Ünlü");
  }

  @Override
  public void keepVerifier(ConnectSessionId session, CodeVerifier verifier) {
    verifiers.put(session, verifier);
  }

  @Override
  public Optional<CodeVerifier> verifierOf(ConnectSessionId session) {
    return Optional.ofNullable(verifiers.get(session));
  }

  @Override
  public void forgetVerifier(ConnectSessionId session) {
    verifiers.remove(session);
  }
}
