package dev.authpipe.proxy.ops;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.caller.KeyCheckRehearsal;
import dev.authpipe.proxy.envelope.OpeningRehearsal;

/** What of a hot call is rehearsed. */
@Factory
final class WarmUpBeans {

  @Singleton
  @Named("key")
  Rehearsal key(KeyCheckRehearsal key) {
    return key::once;
  }

  @Singleton
  @Named("opening")
  Rehearsal opening(OpeningRehearsal opening) {
    return opening::once;
  }
}
