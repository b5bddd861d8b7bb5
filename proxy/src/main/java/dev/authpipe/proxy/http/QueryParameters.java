package dev.authpipe.proxy.http;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.web.router.MethodBasedRouteMatch;
import io.micronaut.web.router.RouteAttributes;

/**
 * Refuses query parameters that an operation of the API listener does not take: a mistyped filter must not answer like a wider question.
 * Runs after the caller is known, and never names what was sent.
 */
@ServerFilter("/v1/**")
final class QueryParameters implements Ordered {

  @RequestFilter
  void refuse(HttpRequest<?> request) {
    if (request.getParameters().isEmpty()
        || !(RouteAttributes.getRouteMatch(request).orElse(null) instanceof MethodBasedRouteMatch<?, ?> route)) {
      return;
    }
    Set<String> known = Arrays.stream(route.getArguments()).filter(argument -> argument.isAnnotationPresent(QueryValue.class))
        .map(QueryParameters::name).collect(Collectors.toCollection(TreeSet::new));
    if (!known.containsAll(request.getParameters().names())) {
      throw new ProblemException(ErrorCode.UNKNOWN_PARAMETER,
          known.isEmpty() ? "This operation takes no query." : "Known parameters are " + String.join(", ", known) + ".");
    }
    for (Argument<?> argument : route.getArguments()) {
      if (argument.isAnnotationPresent(QueryValue.class)) {
        requireForm(name(argument), argument.getType(), request.getParameters().getAll(name(argument)));
      }
    }
  }

  /** The server binds a value it cannot read as none: a mistyped {@code dry_run} would then erase. */
  private static void requireForm(String name, Class<?> type, List<String> values) {
    boolean fits = values.size() <= 1 && values.stream().allMatch(value -> type == Boolean.class
        ? value.equals("true") || value.equals("false")
        : type != Integer.class || value.matches("[0-9]{1,9}"));
    if (!fits) {
      String form = type == Boolean.class ? " is true or false" : type == Integer.class ? " is a whole number" : "";
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "The parameter " + name + form + ", given once.");
    }
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  private static String name(Argument<?> argument) {
    return argument.getAnnotationMetadata().stringValue(QueryValue.class).orElseGet(argument::getName);
  }
}
