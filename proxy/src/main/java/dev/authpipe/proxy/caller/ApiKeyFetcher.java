package dev.authpipe.proxy.caller;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.filters.AuthenticationFetcher;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RemoteAddresses;

/**
 * Authenticates what comes through the API listener by its API key; other listeners have other means. A warm key is told on the event loop,
 * all else on a virtual thread. Must never let a refused key through as nobody.
 */
@Singleton
final class ApiKeyFetcher implements AuthenticationFetcher<HttpRequest<?>> {
  private final Callers callers;
  private final RemoteAddresses addresses;
  private final RateLimits limits;
  private final int apiPort;
  private final ExecutorService blocking;

  ApiKeyFetcher(Callers callers, RemoteAddresses addresses, RateLimits limits, ListenerSettings listeners,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.callers = callers;
    this.addresses = addresses;
    this.limits = limits;
    this.apiPort = listeners.api().port();
    this.blocking = blocking;
  }

  @Override
  public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
    if (request.getServerAddress().getPort() != apiPort) {
      return Publishers.empty();
    }
    @Nullable
    String authorization = request.getHeaders().get("Authorization");
    Peer peer = addresses.peer(request);
    CallerOutcome warm = callers.warm(authorization, peer);
    if (warm == null) {
      return Publishers.fromCompletableFuture(
          () -> CompletableFuture.supplyAsync(() -> authentication(callers.authenticate(authorization, peer), peer.address()),
              blocking));
    }
    try {
      return Publishers.just(authentication(warm, peer.address()));
    } catch (ProblemException | AuthorizationException refused) {
      return Publishers.just(refused);
    }
  }

  private Authentication authentication(CallerOutcome outcome, InetAddress remote) {
    if (outcome instanceof CallerOutcome.Refused(ErrorCode code)) {
      Duration wait = limits.take(RateLimits.Kind.UNAUTHENTICATED, remote);
      if (wait != null) {
        throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
      }
      if (code == ErrorCode.UNAUTHENTICATED) {
        throw new AuthorizationException(null);
      }
    }
    return new CallerAuthentication(outcome.orProblem());
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}
