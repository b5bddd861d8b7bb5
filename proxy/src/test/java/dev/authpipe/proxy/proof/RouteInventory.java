package dev.authpipe.proxy.proof;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.HttpMethodMapping;
import io.micronaut.security.annotation.Secured;

/** Every route of every controller, read from the compiled classes. */
final class RouteInventory {

  /**
   * One route.
   *
   * @param listener   {@code api}, {@code connect} or {@code management}
   * @param permission what {@code @Secured} says, on the method or its class; nothing when it is missing
   */
  record Route(String listener, String method, String path, Optional<String> permission) {
    /** The scopes of which one is needed. */
    List<String> scopes() {
      return permission.map(words -> List.of(words.split(" or ", -1))).orElse(List.of());
    }

    @Override
    public String toString() {
      return listener + " " + method + " " + path;
    }
  }

  private static final List<Route> ALL = List.copyOf(fromTheClasses());

  private RouteInventory() {}

  /** All of them; the classes are read once. */
  static List<Route> read() {
    return ALL;
  }

  private static List<Route> fromTheClasses() {
    List<Route> routes = new ArrayList<>();
    for (JavaClass one : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.authpipe.proxy")) {
      if (one.isAnnotatedWith(Controller.class)) {
        routes(one.reflect(), routes);
      }
    }
    return routes;
  }

  private static void routes(Class<?> type, List<Route> routes) {
    Controller controller = type.getAnnotation(Controller.class);
    if (controller == null) {
      return;
    }
    for (Method method : type.getDeclaredMethods()) {
      for (Annotation annotation : method.getAnnotations()) {
        if (annotation.annotationType().isAnnotationPresent(HttpMethodMapping.class)) {
          String verb = annotation.annotationType().getSimpleName().toUpperCase(Locale.ROOT);
          for (String path : paths(annotation)) {
            routes.add(new Route(listener(controller.port()), verb, join(controller.value(), path),
                permission(method).or(() -> permission(type))));
          }
        }
      }
    }
  }

  private static List<String> paths(Annotation annotation) {
    try {
      Object uris = annotation.annotationType().getMethod("uris").invoke(annotation);
      List<String> several = uris instanceof String[] array ? Arrays.asList(array) : List.of();
      if (!several.isEmpty() && !several.equals(List.of("/"))) {
        return several;
      }
      String value = String.valueOf(annotation.annotationType().getMethod("value").invoke(annotation));
      String uri = String.valueOf(annotation.annotationType().getMethod("uri").invoke(annotation));
      return List.of(value.isEmpty() || value.equals("/") ? uri : value);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError("unknown kind of route: " + annotation.annotationType().getName(), failure);
    }
  }

  private static Optional<String> permission(AnnotatedElement element) {
    Secured secured = element.getAnnotation(Secured.class);
    return secured == null ? Optional.empty() : Optional.of(String.join(" or ", secured.value()));
  }

  private static String listener(String port) {
    if (port.isEmpty()) {
      return "api";
    }
    return port.contains(".connect.") ? "connect" : port.contains(".management.") ? "management" : port;
  }

  private static String join(String base, String path) {
    String joined = (base + "/" + path).replaceAll("/{2,}", "/");
    return joined.length() > 1 && joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
  }
}
