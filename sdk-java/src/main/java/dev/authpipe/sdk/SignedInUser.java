package dev.authpipe.sdk;

import java.util.Optional;

import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;

/**
 * The application's own login session of one end user, as the connect flow needs it. The application implements it over
 * whatever keeps its sessions.
 *
 * <p>This is the protection against cross-user session fixation: both the end user's id and the verifier come from the session
 * of the browser that came back, so a link that somebody else started finds no verifier and ends in a refusal. Therefore an
 * implementation must never answer from a store that is keyed by connect session id alone, and never take the end user's id
 * from the request.
 */
public interface SignedInUser {

  /**
   * Who is signed in.
   *
   * @return the id under which the application knows this end user
   */
  EndUserId endUserId();

  /**
   * A name for the hosted page to greet the end user with.
   *
   * @return the name; empty by default
   */
  default Optional<String> displayName() {
    return Optional.empty();
  }

  /**
   * The end user's address, which the proxy keeps with the person until they are erased.
   *
   * @return the address; empty by default
   */
  default Optional<String> email() {
    return Optional.empty();
  }

  /**
   * Keeps a verifier in this login session. Entries may be dropped after 15 minutes, and a limit of about ten is wise.
   *
   * @param session the connect session it belongs to
   * @param verifier the secret; stored where only this login session reaches it
   */
  void keepVerifier(ConnectSessionId session, CodeVerifier verifier);

  /**
   * Finds a verifier in this login session.
   *
   * @param session the connect session
   * @return the verifier; empty when this login session did not start that connect session
   */
  Optional<CodeVerifier> verifierOf(ConnectSessionId session);

  /**
   * Forgets a verifier that has done its work.
   *
   * @param session the connect session
   */
  void forgetVerifier(ConnectSessionId session);
}
