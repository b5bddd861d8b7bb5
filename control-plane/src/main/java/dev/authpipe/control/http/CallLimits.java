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
  private static final int LINK_PER_MINUTE = 120;
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

  /** Takes one call at the link listener: 120 a minute for a proxy, and for strangers the limits of an address. */
  void takeLink(HttpRequest<?> request, @Nullable LinkPeer peer, Permission permission) {
    if (permission.reach() == Permission.Reach.LINK_STRANGER) {
      orRefuse(limits.take(RateLimits.Kind.SIGN_IN, addresses.of(request)));
    } else if (peer == null) {
      orRefuse(limits.take(RateLimits.Kind.UNAUTHENTICATED, addresses.of(request)));
    } else {
      orRefuse(limits.take("link", peer.getName(), LINK_PER_MINUTE));
    }
  }

  private static void orRefuse(@Nullable Duration wait) {
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
    }
  }
}
