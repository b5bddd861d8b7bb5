package dev.authpipe.control.ops;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.micronaut.context.ApplicationContext;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;

/** Every route that the router of a control plane knows. */
public final class RouteInventory {

  /** One route. */
  public record Route(String method, String path, Permission permission) {
    /** The path in a workspace; other names in it lead nowhere, but for a file of the dashboard, which is there for everybody. */
    public String at(String workspace) {
      String file = path.contains("{asset}") ? DashboardPage.read().script() : "";
      return path.replace("{workspace_id}", workspace).replace("{asset}", file).replaceAll("\\{[^}]+}",
          "00000000-0000-4000-8000-000000000000");
    }

    /** A body that says nothing, where one is taken. */
    @Nullable
    public String body() {
      return Set.of("POST", "PUT", "PATCH").contains(method) ? "{}" : null;
    }
  }

  private RouteInventory() {}

  /** All routes; one without a permission is an error (S30). */
  public static List<Route> read() {
    ControlSettings settings = ControlSettings.read(RunningControlPlane.shared().settings(), Map.of());
    try (ApplicationContext context = ControlPlane.context(settings, ControlOptions.NONE)) {
      return context.getBean(Router.class).uriRoutes().filter(route -> !route.getHttpMethodName().equals("HEAD"))
          .map(RouteInventory::route).distinct().sorted(Comparator.comparing(Route::path).thenComparing(Route::method)).toList();
    }
  }

  private static Route route(UriRouteInfo<?, ?> info) {
    String path = info.getUriMatchTemplate().toString();
    Permission permission = info.getAnnotationMetadata().enumValue(Needs.class, Permission.class)
        .orElseThrow(() -> new AssertionError(info.getHttpMethodName() + " " + path + " declares no permission"));
    return new Route(info.getHttpMethodName(), path, permission);
  }
}
