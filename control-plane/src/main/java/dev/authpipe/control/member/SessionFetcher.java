package dev.authpipe.control.member;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

import dev.authpipe.control.secret.SecretText;

/** Asks the store, off the event loop, whose session a request's cookie is. Never trusts anything else of the request. */
@Singleton
final class SessionFetcher implements AuthenticationFetcher<HttpRequest<?>> {
  private final Sessions sessions;
  private final SessionCookies cookies;
  private final ExecutorService blocking;

  SessionFetcher(Sessions sessions, SessionCookies cookies, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.sessions = sessions;
    this.cookies = cookies;
    this.blocking = blocking;
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    Optional<SecretText> secret = cookies.read(request, SessionCookies.Kind.SESSION);
    if (secret.isEmpty()) {
      return Publishers.empty();
    }
    return Publishers.fromCompletableFuture(() -> ask(secret.get()));
  }

  /** Completed by hand, so that a store that is away arrives as what it is and not wrapped. */
  private CompletableFuture<Authentication> ask(SecretText secret) {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    blocking.execute(() -> {
      try {
        answer.complete(sessions.find(secret).orElse(null));
      } catch (RuntimeException failure) {
        answer.completeExceptionally(failure);
      }
    });
    return answer;
  }
}
