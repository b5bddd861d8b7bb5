package dev.authpipe.proxy.caller;

import java.util.Collection;
import java.util.Map;

import io.micronaut.security.authentication.Authentication;

/**
 * The caller as the server's security rules see it: its roles are the scopes of the API key. Must never be made from anything but a verified
 * key, and never be sent anywhere.
 *
 * @param caller who is calling
 */
@SuppressWarnings("serial") // never serialised, though its interface allows it
public record CallerAuthentication(Caller caller) implements Authentication {
  private static final long serialVersionUID = 1L;

  @Override
  public String getName() {
    return caller.key().toString();
  }

  @Override
  public Collection<String> getRoles() {
    return caller.scopes().stream().map(Scope::word).toList();
  }

  @Override
  public Map<String, Object> getAttributes() {
    return Map.of();
  }
}
