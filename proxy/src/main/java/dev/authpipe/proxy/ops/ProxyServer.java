package dev.authpipe.proxy.ops;

import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.backup.BackupException;
import dev.authpipe.proxy.backup.LedgerBehindException;
import dev.authpipe.proxy.backup.LedgerReplays;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.LinkedConfiguration;
import dev.authpipe.proxy.cell.MoveException;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.job.Jobs;
import dev.authpipe.proxy.journal.JournalClaims;
import dev.authpipe.proxy.journal.JournalInUseException;
import dev.authpipe.proxy.journal.JournalKeeping;
import dev.authpipe.proxy.link.Link;
import dev.authpipe.proxy.refresh.RefreshSchedule;

/**
 * A running proxy with its three listeners. Never starts half: either everything that can be checked holds, or starting fails with one
 * clear sentence (S93).
 */
public final class ProxyServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

  private final ApplicationContext context;
  private final ListenerSettings listeners;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ProxyServer(ApplicationContext context, ListenerSettings listeners) {
    this.context = context;
    this.listeners = listeners;
  }

  /**
   * Starts the proxy.
   *
   * @param settings the settings file, {@code authpipe.yaml}
   * @param options  what tests and the demo change
   * @throws StartupException with one sentence, if the proxy must not run like this
   */
  public static ProxyServer start(Path settings, ProxyOptions options) {
    StartTimes times = new StartTimes(Ticker.systemTicker());
    OpenKeks keks = null;
    ApplicationContext context = null;
    try {
      Deployment deployment = Deployment.read(settings, System.getenv());
      deployment.check();
      deployment.certificate();
      Logging.apply(deployment.values());
      times.done("settings");
      keks = deployment.openKeks();
      times.done("KEKs");
      List<StartCheck> checks = checks(deployment, keks);
      context = context(deployment, options, checks, keks);
      times.done("rooms");
      checks.forEach(StartCheck::demand);
      times.done("waiting for KEKs and stores");
      context.getBean(DeploymentKeys.class).load();
      times.done("keys");
      if (deployment.isLinked()) {
        LOG.debug("from the store: {}", context.getBean(LinkedConfiguration.class).look());
      } else {
        context.getBean(ConfigurationReload.class).first(deployment);
      }
      times.done("configuration");
      context.getBean(LedgerReplays.class).first();
      context.getBean(JournalKeeping.class).start();
      context.getBean(JournalClaims.class).start();
      times.done("erasures and journal");
      ListenerSettings listeners = context.getBean(ListenerSettings.class);
      context.getBean(EmbeddedServer.class).start();
      times.done("listeners");
      if (!deployment.isLinked()) {
        context.getBean(ConfigurationReload.class).watch();
      }
      context.getBean(Link.class).start();
      context.getBean(Jobs.class).start();
      context.getBean(RefreshSchedule.class).start();
      context.getBean(HeapCare.class).watch();
      context.getBean(WarmUp.class).start();
      times.done("background work");
      if (LOG.isDebugEnabled()) {
        LOG.debug("start cache: {}; {}", StartCache.here(), times);
      }
      LOG.info("listening: api {}, connect {}, management {}", listeners.api(), listeners.connect(), listeners.management());
      return new ProxyServer(context, listeners);
    } catch (RuntimeException failure) {
      if (context != null) {
        context.close();
      } else if (keks != null) {
        keks.registry().close();
      }
      throw explained(failure);
    }
  }

  /** Begins what is checked beside the making of the context; in the order in which faults are told. */
  private static List<StartCheck> checks(Deployment deployment, OpenKeks keks) {
    List<StartCheck> checks = List.of(StartCheck.begin("keks", () -> deployment.check(keks)),
        StartCheck.begin("stores", () -> Stores.prepare(deployment.values())));
    if (Stores.all(deployment.values()).values().stream().anyMatch(Stores::migrates)) {
      checks.forEach(StartCheck::demand);
    }
    return checks;
  }

  /** A context that cannot be made on what the checks refuse is their fault to tell. */
  private static ApplicationContext context(Deployment deployment, ProxyOptions options, List<StartCheck> checks, OpenKeks keks) {
    try {
      return context(deployment, options, true, keks);
    } catch (RuntimeException failure) {
      checks.forEach(StartCheck::demand);
      throw failure;
    }
  }

  /**
   * @param whole   whether every room is built at once, so that a wiring fault stops the start and scheduled work is registered
   * @param already what was made before it, for the beans to find
   */
  static ApplicationContext context(Deployment deployment, ProxyOptions options, boolean whole, Object... already) {
    Map<String, Object> properties = new HashMap<>(ProxyBeans.listeners(deployment.values()).serverProperties());
    properties.put("micronaut.application.name", "authpipe");
    // A caller with a good key learns that a route is unknown; without one, the API listener answers 401 before that.
    properties.put("micronaut.security.reject-not-found", false);
    // Nobody reads what it finds out, and a start that a check stops would tell that it could not begin.
    properties.put("micronaut.health.monitor.enabled", false);
    // Readers and writers of bodies look at their types when they are first used, and not for each route before the listeners open.
    properties.put("jackson.deserialization.eagerDeserializerFetch", false);
    properties.put("jackson.serialization.eagerSerializerFetch", false);
    properties.put("micronaut.lifecycle.graceful-shutdown.grace-period", deployment.values().get(Settings.DRAIN));
    properties.put("authpipe.connect.public-url", deployment.publicUrl().toString());
    properties.putAll(options.properties());
    return ApplicationContext.builder().deduceEnvironment(false).bootstrapEnvironment(false).environmentPropertySource(false)
        .banner(false)
        .eagerInitSingletons(whole)
        .properties(properties).singletons(deployment, deployment.values(), options).singletons(already).start();
  }

  /** Where application back ends reach it. */
  public URI api() {
    return address(listeners.api(), listeners.secure());
  }

  /** Where browsers reach it. */
  public URI connect() {
    return address(listeners.connect(), listeners.secure());
  }

  /** Where health and metrics are read. */
  public URI management() {
    return address(listeners.management(), listeners.managementSecure());
  }

  /** Waits until the proxy is stopped, by a signal or {@link #close()}. */
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

  private static URI address(ListenerSettings.Listener listener, boolean secure) {
    return URI.create((secure ? "https://" : "http://") + listener.host() + ":" + listener.port());
  }

  /** One sentence per cause; what is not foreseen keeps its cause for the log. */
  static StartupException explained(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartupException known) {
        return known;
      }
      if (cause instanceof ConfigurationException wrong) {
        return new StartupException(message(wrong), wrong);
      }
      if (cause instanceof MoveException unmoved) {
        return new StartupException(message(unmoved), unmoved);
      }
      if (cause instanceof JournalInUseException inUse) {
        return new StartupException(message(inUse), inUse);
      }
      if (cause instanceof LedgerBehindException behind) {
        return new StartupException(message(behind), behind);
      }
      if (cause instanceof BackupException unmade) {
        return new StartupException(message(unmade), unmade);
      }
      if (cause instanceof BindException) {
        return new StartupException("a listener's address or port is in use or not ours: " + message(cause), failure);
      }
    }
    return new StartupException("the proxy could not start: " + message(failure), failure);
  }

  private static String message(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? "no reason given" : message;
  }
}
