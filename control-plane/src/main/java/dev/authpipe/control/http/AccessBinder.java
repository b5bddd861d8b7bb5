package dev.authpipe.control.http;

import java.util.Optional;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;

/** Gives controllers their {@link WorkspaceAccess}. Never makes one: where the permission rule gave none the argument stays unbound. */
@Singleton
final class AccessBinder implements TypedRequestArgumentBinder<WorkspaceAccess> {
  @Override
  public Argument<WorkspaceAccess> argumentType() {
    return Argument.of(WorkspaceAccess.class);
  }

  @Override
  @SuppressWarnings("unchecked") // the constant fits every type
  public BindingResult<WorkspaceAccess> bind(ArgumentConversionContext<WorkspaceAccess> context, HttpRequest<?> request) {
    Optional<WorkspaceAccess> access = request.getAttribute(PermissionRule.ACCESS, WorkspaceAccess.class);
    return access.isEmpty() ? BindingResult.UNSATISFIED : () -> access;
  }
}
