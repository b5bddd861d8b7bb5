package dev.authpipe.bench.micro;

import java.util.concurrent.CompletableFuture;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.caller.Callers;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.refresh.FreshCredentials;

/** Hands the pieces to a benchmark in the same process that asked for them; nobody else gets them. */
@Singleton
@Requires(property = PieceCollector.PROPERTY)
final class PieceCollector {
  static final String PROPERTY = "bench.pieces";

  @SuppressWarnings("unchecked") // the benchmark put it there
  PieceCollector(ApplicationContext context, Callers callers, FreshCredentials credentials, Configuration configuration) {
    ((CompletableFuture<Pieces>) context.getRequiredProperty(PROPERTY, CompletableFuture.class))
        .complete(new Pieces(callers, credentials, configuration));
  }
}
