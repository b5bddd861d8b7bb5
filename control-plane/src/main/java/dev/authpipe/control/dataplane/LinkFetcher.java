package dev.authpipe.control.dataplane;

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
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.http.LinkListener;

/** Asks the store, off the event loop and for every request, whose identity a link connection has. Never trusts anything of the request. */
@Singleton
final class LinkFetcher implements AuthenticationFetcher<HttpRequest<?>> {
  private final Enrolments enrolments;
  private final LinkListener listener;
  private final ExecutorService blocking;

  LinkFetcher(Enrolments enrolments, LinkListener listener, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.enrolments = enrolments;
    this.listener = listener;
    this.blocking = blocking;
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    Optional<LinkIdentity> identity = LinkIdentity.of(request);
    if (identity.isEmpty()) {
      return Publishers.empty();
    }
    return Publishers.fromCompletableFuture(() -> {
      CompletableFuture<@Nullable Authentication> found = new CompletableFuture<>();
      blocking.execute(() -> {
        try {
          found.complete(find(identity.get()).orElse(null));
        } catch (RuntimeException failure) {
          found.completeExceptionally(failure); // as it is, so that a store that is away is told as that
        }
      });
      return found;
    });
  }

  private Optional<Authentication> find(LinkIdentity identity) {
    return enrolments.find(identity).map(peer -> {
      listener.remember(identity);
      return peer;
    });
  }
}
