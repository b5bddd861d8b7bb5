package dev.authpipe.sdk.spring;

import java.util.Optional;

import org.springframework.security.core.Authentication;

/**
 * Which connection of the signed-in end user stands for a client registration. The application knows: it kept the id that {@code finish}
 * returned, or lists the end user's connections.
 */
@FunctionalInterface
public interface UserConnections {

  /**
   * Finds the connection.
   *
   * @param clientRegistrationId what the caller names, usually the slug of the integration
   * @param principal            who is signed in
   * @return the connection; empty when this end user has none, and has to connect first
   */
  Optional<UserConnection> find(String clientRegistrationId, Authentication principal);

  /**
   * Whether a client registration is one of Authpipe's at all.
   *
   * @param clientRegistrationId what the caller names
   * @return true unless the application says otherwise
   */
  default boolean supports(String clientRegistrationId) {
    return true;
  }
}
