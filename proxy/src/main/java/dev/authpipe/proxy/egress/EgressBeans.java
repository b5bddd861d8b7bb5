package dev.authpipe.proxy.egress;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Beans of this room that are not classes of it. */
@Factory
final class EgressBeans {

  @Singleton
  NameResolver nameResolver() {
    return NameResolver.PLATFORM;
  }
}
