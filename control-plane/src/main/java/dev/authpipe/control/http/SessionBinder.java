package dev.authpipe.control.http;

import java.util.Optional;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;

/** Gives controllers the {@link Session}. Never makes one: without a session the argument stays unbound. */
@Singleton
final class SessionBinder implements TypedRequestArgumentBinder<Session> {
  @Override
  public Argument<Session> argumentType() {
    return Argument.of(Session.class);
  }

  @Override
  @SuppressWarnings("unchecked") // the constant fits every type
  public BindingResult<Session> bind(ArgumentConversionContext<Session> context, HttpRequest<?> request) {
    Optional<Session> session = request.getUserPrincipal(Session.class);
    return session.isEmpty() ? BindingResult.UNSATISFIED : () -> session;
  }
}
