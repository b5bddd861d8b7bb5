package dev.authpipe.control.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.micronaut.security.authentication.Authentication;

import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/**
 * A person who is signed in, as every room sees them. Must be made by the authentication fetcher of the room {@code member} only, from a
 * session that the store confirmed for this request, and never be kept or sent anywhere.
 *
 * @param id        random id of the session; not what the cookie holds
 * @param person    random id of the person
 * @param roles     the role in each workspace of which the person is a member; empty while a second factor is owed
 * @param csrfToken what the dashboard has to send with every state change
 * @param owesSecondFactor whether nothing but enrolling a second factor and signing out is possible
 */
@SuppressWarnings("serial") // never serialised, though its interface allows it
public record Session(UUID id, UUID person, Map<WorkspaceId, Role> roles, SecretText csrfToken, boolean owesSecondFactor)
    implements
      Authentication {
  private static final long serialVersionUID = 1L;

  /** Copies the map. */
  public Session {
    roles = Map.copyOf(roles);
    if (owesSecondFactor && !roles.isEmpty()) {
      throw new IllegalArgumentException("who owes a second factor has no role yet");
    }
  }

  /** A session in which nothing is owed. */
  public Session(UUID id, UUID person, Map<WorkspaceId, Role> roles, SecretText csrfToken) {
    this(id, person, roles, csrfToken, false);
  }

  /** The role in a workspace; empty: the workspace is unknown to this person. */
  public Optional<Role> roleIn(WorkspaceId workspace) {
    return Optional.ofNullable(roles.get(workspace));
  }

  @Override
  public String getName() {
    return person.toString();
  }

  @Override
  public Collection<String> getRoles() {
    return List.of();
  }

  @Override
  public Map<String, Object> getAttributes() {
    return Map.of();
  }
}
