package dev.authpipe.control.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micronaut.security.authentication.Authentication;

/**
 * An enrolled proxy on the data-plane link. Must be made only from a verified client certificate that the store knows.
 *
 * @param dataPlane id of the proxy
 */
public record LinkPeer(UUID dataPlane) implements Authentication {
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
