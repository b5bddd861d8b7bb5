package dev.authpipe.control.http;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/** Signs a test in by a header that says who it is: person, CSRF token, then {@code wks_…=role} each. */
@Singleton
public final class HeaderSessions implements AuthenticationFetcher<HttpRequest<?>> {
  /** The header. */
  public static final String HEADER = "Test-Session";

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    String text = request.getHeaders().get(HEADER);
    if (text == null) {
      return Publishers.empty();
    }
    String[] parts = text.split(";", -1);
    Map<WorkspaceId, Role> roles = new HashMap<>();
    for (int i = 2; i < parts.length; i++) {
      String[] membership = parts[i].split("=", -1);
      roles.put(WorkspaceId.parse(membership[0]), Role.of(membership[1]).orElseThrow());
    }
    UUID person = UUID.fromString(parts[0]);
    return Publishers.just(new Session(person, person, roles, SecretText.of(parts[1])));
  }
}
