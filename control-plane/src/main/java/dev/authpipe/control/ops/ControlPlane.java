package dev.authpipe.control.ops;

import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.control.dataplane.LinkWatch;
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.ListenerTls;
import dev.authpipe.control.http.ServerTls;
import dev.authpipe.control.workspace.Plans;

/**
 * A running control plane with its listeners. Never starts half: either everything that can be checked holds, or starting fails with one
 * clear sentence (S93).
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  private final ApplicationContext context;
  private final ListenerSettings listeners;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ControlPlane(ApplicationContext context, ListenerSettings listeners) {
    this.context = context;
    this.listeners = listeners;
  }

  /**
   * Starts the control plane.
   *
   * @param settings the settings file
   * @param options  what tests and the demo change
   * @throws StartupException with one sentence, if the control plane must not run like this
   */
  public static ControlPlane start(Path settings, ControlOptions options) {
    ApplicationContext context = null;
    try {
      ControlSettings read = ControlSettings.read(settings, System.getenv());
      Logging.apply(read.log());
      certificate(read.listeners());
      StorePreparation.prepare(read);
      context = context(read, options);
      if (context.getBean(Plans.class).find(read.workspaces().plan()).isEmpty()) {
        throw new StartupException("workspaces.plan names the plan " + read.workspaces().plan() + ", which there is not");
      }
      context.getBean(EmbeddedServer.class).start();
      context.getBean(Upkeep.class).start();
      context.getBean(LinkWatch.class).start();
      ControlPlane started = new ControlPlane(context, read.listeners());
      LOG.info("listening: dashboard {}, link {}, management {}",
          address(read.listeners().dashboard(), read.listeners().secure()),
          started.link().map(URI::toString).orElse("not set up"), started.management());
      return started;
    } catch (RuntimeException failure) {
      if (context != null) {
        context.close();
      }
      throw explained(failure);
    }
  }

  private static void certificate(ListenerSettings listeners) {
    ListenerTls tls = listeners.tls();
    try {
      if (tls != null) {
        ServerTls.verify(tls);
      }
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("listeners.tls: " + wrong.getMessage(), wrong);
    }
  }

  static ApplicationContext context(ControlSettings settings, ControlOptions options) {
    Map<String, Object> properties = new HashMap<>(settings.listeners().serverProperties());
    properties.put("micronaut.application.name", "authpipe-control-plane");
    properties.put("micronaut.lifecycle.graceful-shutdown.grace-period", settings.drain());
    properties.put("authpipe.plane", "control");
    properties.putAll(options.properties());
    return ApplicationContext.builder().deduceEnvironment(false).environmentPropertySource(false).banner(false)
        .eagerInitSingletons(true).properties(properties).singletons(settings, options).start();
  }

  /** Where browsers and programs reach it. */
  public URI dashboard() {
    return listeners.publicUrl();
  }

  /** Where proxies connect; empty: the link is not set up. */
  public Optional<URI> link() {
    return listeners.linkKey() == null ? Optional.empty() : Optional.of(address(listeners.link(), true));
  }

  /** Where health and metrics are read. */
  public URI management() {
    return address(listeners.management(), listeners.managementSecure());
  }

  /** Waits until the control plane is stopped, by a signal or {@link #close()}. */
  void awaitStop() throws InterruptedException {
    synchronized (closed) {
      while (!closed.get()) {
        closed.wait();
      }
    }
  }

  /** Stops taking calls, lets those under way finish within the drain limit, and stops. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      context.close();
      synchronized (closed) {
        closed.notifyAll();
      }
    }
  }

  private static URI address(ListenerSettings.Address listener, boolean secure) {
    return URI.create((secure ? "https://" : "http://") + listener.host() + ":" + listener.port());
  }

  /** One sentence per cause; what is not foreseen keeps its cause for the log. */
  static StartupException explained(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartupException known) {
        return known;
      }
      if (cause instanceof BindException) {
        return new StartupException("a listener's address or port is in use or not ours: " + message(cause), failure);
      }
    }
    return new StartupException("the control plane could not start: " + message(failure), failure);
  }

  private static String message(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? "no reason given" : message;
  }
}
