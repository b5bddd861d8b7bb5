package com.example.tasks;

import java.security.Principal;
import java.util.Optional;

import jakarta.servlet.http.HttpSession;

import dev.authpipe.sdk.SignedInUser;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;

/**
 * The signed-in user's HTTP session as the keeper of verifiers. Both the user and the verifier come from the browser's own session, so a link
 * that somebody else began finds nothing here.
 */
record LoginSession(Principal user, HttpSession session) implements SignedInUser {
  private static final String VERIFIER = "authpipe.verifier.";

  @Override
  public EndUserId endUserId() {
    return new EndUserId(user.getName());
  }

  @Override
  public void keepVerifier(ConnectSessionId connectSession, CodeVerifier verifier) {
    session.setAttribute(VERIFIER + connectSession, verifier.reveal()); // as text, which a session store can keep
  }

  @Override
  public Optional<CodeVerifier> verifierOf(ConnectSessionId connectSession) {
    return Optional.ofNullable((String) session.getAttribute(VERIFIER + connectSession)).map(CodeVerifier::new);
  }

  @Override
  public void forgetVerifier(ConnectSessionId connectSession) {
    session.removeAttribute(VERIFIER + connectSession);
  }
}
