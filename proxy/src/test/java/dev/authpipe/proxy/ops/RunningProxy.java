package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.caller.ApiKeyRequest;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.testkit.EmbeddedDatabases;

/** A proxy as the command line starts it, with what only a test may see. */
public final class RunningProxy implements AutoCloseable {
  private final ProxyServer server;
  private final ApplicationContext context;
  private final AtomicLong ahead;

  private RunningProxy(ProxyServer server, AtomicLong ahead) {
    this.server = server;
    this.ahead = ahead;
    try {
      Field field = ProxyServer.class.getDeclaredField("context");
      field.setAccessible(true);
      this.context = (ApplicationContext) field.get(server);
    } catch (ReflectiveOperationException gone) {
      throw new IllegalStateException(gone);
    }
  }

  /**
   * Starts one.
   *
   * @param more  YAML after the deployment's settings
   * @param files contents of files beside the settings, by name
   */
  public static RunningProxy start(Path directory, EmbeddedDatabases.StoreSet stores, String more, Map<String, String> files,
      Map<URI, URI> standIns) {
    return start(directory, stores, more, files, standIns, null);
  }

  /** As above, with a clock of the test's; null: the machine's. Another one in the same directory is another replica. */
  public static RunningProxy start(Path directory, EmbeddedDatabases.StoreSet stores, String more, Map<String, String> files,
      Map<URI, URI> standIns, @Nullable Clock clock) {
    write(directory, files);
    return start(ProxyFiles.write(directory, stores, more), standIns, Map.of(), clock);
  }

  /** Starts one with another way to its stores than the direct one. */
  public static RunningProxy start(Path directory, EmbeddedDatabases.StoreSet stores, UnaryOperator<String> jdbcUrl, String more,
      Map<String, String> files, Map<URI, URI> standIns) {
    write(directory, files);
    return start(ProxyFiles.write(directory, stores, jdbcUrl, more), standIns);
  }

  private static void write(Path directory, Map<String, String> files) {
    files.forEach((name, content) -> {
      try {
        Files.writeString(directory.resolve(name), content + "\n");
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    });
  }

  /** Starts one by a settings file that another start has written. */
  public static RunningProxy start(Path settings, Map<URI, URI> standIns) {
    return start(settings, standIns, Map.of());
  }

  /** As {@link #start}, with properties that win over the settings. */
  public static RunningProxy start(Path settings, Map<URI, URI> standIns, Map<String, Object> properties) {
    return start(settings, standIns, properties, null);
  }

  /** As {@link #start}, with a clock of the test's; null: the machine's. */
  public static RunningProxy start(Path settings, Map<URI, URI> standIns, Map<String, Object> properties, @Nullable Clock clock) {
    AtomicLong ahead = new AtomicLong();
    Ticker ticker = () -> Ticker.systemTicker().read() + ahead.get();
    return new RunningProxy(ProxyServer.start(settings, new ProxyOptions(standIns, clock, ticker, properties)), ahead);
  }

  public URI api() {
    return server.api();
  }

  public URI connect() {
    return server.connect();
  }

  public URI management() {
    return server.management();
  }

  /** A new API key with every scope. */
  public String apiKey(String workspace) {
    ApiKeyRequest request = new ApiKeyRequest("test", Set.of(Scope.values()), Set.of(), List.of(), false, null, null, null);
    return context.getBean(ApiKeys.class).create(workspace(workspace).id(), request, AuditActor.operator()).apiKey().expose();
  }

  /** The {@code int_} id of an integration. */
  public String integration(String workspace, String slug) {
    return context.getBean(Configuration.class).integration(workspace(workspace).id(), slug).orElseThrow().id().toString();
  }

  /** Lets elapsed time pass for rate limits and caches, so that one test's calls do not count in the next. */
  public void moveTicker(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  /** A bean of the proxy. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** All beans of a type. */
  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type);
  }

  private Workspace workspace(String name) {
    return context.getBean(Configuration.class).workspaceNamed(name).orElseThrow();
  }

  @Override
  public void close() {
    server.close();
  }
}
