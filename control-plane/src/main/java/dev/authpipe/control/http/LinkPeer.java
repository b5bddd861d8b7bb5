package dev.authpipe.control.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.micronaut.security.authentication.Authentication;

import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.WorkspaceId;

/**
 * An enrolled proxy on the data-plane link. Must be made only from a verified client certificate that the store knows.
 *
 * @param dataPlane id of the proxy
 * @param home      the workspace whose owners and admins administer it
 */
@SuppressWarnings("serial") // never serialised, though its interface allows it
public record LinkPeer(DataPlaneId dataPlane, WorkspaceId home) implements Authentication {
  private static final long serialVersionUID = 1L;

  @Override
  public String getName() {
    return dataPlane.toString();
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
