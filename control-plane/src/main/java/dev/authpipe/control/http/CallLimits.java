package dev.authpipe.control.http;

import java.net.InetAddress;
import java.time.Duration;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Takes each call from the buckets of {@link CallLimit}. Must be asked before anything else about a request is decided. */
@Singleton
final class CallLimits {
  private static final int PERSON_PER_MINUTE = 600;
  private static final int DESTRUCTIVE_PER_MINUTE = 10;

  private final RateLimits limits;
  private final RemoteAddresses addresses;

  CallLimits(RateLimits limits, RemoteAddresses addresses) {
    this.limits = limits;
    this.addresses = addresses;
  }

  /** Takes one call. */
  void take(HttpRequest<?> request, @Nullable Session session, CallLimit limit) {
    if (session == null) {
      InetAddress address = addresses.of(request);
      orRefuse(limits.take(limit == CallLimit.SIGN_IN ? RateLimits.Kind.SIGN_IN : RateLimits.Kind.UNAUTHENTICATED, address));
      return;
    }
    String person = session.person().toString();
    orRefuse(limits.take("person", person, PERSON_PER_MINUTE));
    switch (limit) {
      case USUAL -> {
      }
      case SIGN_IN -> orRefuse(limits.take(RateLimits.Kind.SIGN_IN, addresses.of(request)));
      case DESTRUCTIVE -> orRefuse(limits.take("destructive", person, DESTRUCTIVE_PER_MINUTE));
    }
  }

  private static void orRefuse(@Nullable Duration wait) {
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
    }
  }
}
