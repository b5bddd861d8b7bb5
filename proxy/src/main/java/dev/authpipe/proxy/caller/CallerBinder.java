package dev.authpipe.proxy.caller;

import java.util.Optional;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;

/** Gives controllers their {@link Caller}. Never makes one: without authentication the argument stays unbound. */
@Singleton
final class CallerBinder implements TypedRequestArgumentBinder<Caller> {
  @Override
  public Argument<Caller> argumentType() {
    return Argument.of(Caller.class);
  }

  @Override
  @SuppressWarnings("unchecked") // the constant fits every type
  public BindingResult<Caller> bind(ArgumentConversionContext<Caller> context, HttpRequest<?> request) {
    Optional<Caller> caller = request.getUserPrincipal(CallerAuthentication.class).map(CallerAuthentication::caller);
    return caller.isEmpty() ? BindingResult.UNSATISFIED : () -> caller;
  }
}
