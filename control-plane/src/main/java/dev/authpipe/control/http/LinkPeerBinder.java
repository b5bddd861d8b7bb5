package dev.authpipe.control.http;

import java.util.Optional;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;

/** Gives controllers the {@link LinkPeer}. Never makes one: without an enrolled proxy the argument stays unbound. */
@Singleton
final class LinkPeerBinder implements TypedRequestArgumentBinder<LinkPeer> {
  @Override
  public Argument<LinkPeer> argumentType() {
    return Argument.of(LinkPeer.class);
  }

  @Override
  @SuppressWarnings("unchecked") // the constant fits every type
  public BindingResult<LinkPeer> bind(ArgumentConversionContext<LinkPeer> context, HttpRequest<?> request) {
    Optional<LinkPeer> peer = request.getUserPrincipal(LinkPeer.class);
    return peer.isEmpty() ? BindingResult.UNSATISFIED : () -> peer;
  }
}
