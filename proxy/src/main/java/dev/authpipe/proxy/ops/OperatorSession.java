package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.util.List;

import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationLoader;
import dev.authpipe.proxy.catalog.LinkedConfiguration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;

/** The rooms of the proxy without its listeners, for one command. Never serves anybody. */
final class OperatorSession implements AutoCloseable {
  private final ApplicationContext context;

  private OperatorSession(ApplicationContext context) {
    this.context = context;
  }

  /**
   * Opens the stores, keys and configuration of a deployment and records the command.
   *
   * @param command its words joined by a dot; null: it only looks, and is not recorded
   */
  static OperatorSession open(Path settings, @Nullable String command) {
    return open(settings, command, true);
  }

  /**
   * As {@link #open(Path, String)}, also where a workspace cannot be read because a move of it was cut off: then nothing is in force.
   */
  static OperatorSession openWhateverIsThere(Path settings, @Nullable String command) {
    return open(settings, command, false);
  }

  private static OperatorSession open(Path settings, @Nullable String command, boolean whole) {
    Deployment deployment = Deployment.read(settings, System.getenv());
    deployment.check();
    ApplicationContext context = context(deployment, deployment.openKeks());
    try {
      context.getBean(DeploymentKeys.class).load();
      try {
        configure(context, deployment);
      } catch (StoreUnavailableException moving) {
        if (whole) {
          throw moving;
        }
      }
      if (command == null) {
        return new OperatorSession(context);
      }
      AuditLog audit = context.getBean(AuditLog.class);
      context.getBean(VaultDatabase.class).run(Database.STORE, tx -> audit.append(tx,
          AuditEntry.of(AuditType.OPERATOR_COMMAND_RUN, AuditActor.operator(), AuditObject.command(command)).build()));
      return new OperatorSession(context);
    } catch (RuntimeException failure) {
      context.close();
      throw failure;
    }
  }

  private static ApplicationContext context(Deployment deployment, OpenKeks keks) {
    try {
      deployment.check(keks);
      Stores.prepareFirst(deployment.values());
      return ProxyServer.context(deployment, ProxyOptions.NONE, false, keks);
    } catch (RuntimeException failure) {
      keks.registry().close();
      throw failure;
    }
  }

  private static void configure(ApplicationContext context, Deployment deployment) {
    if (deployment.isLinked()) {
      context.getBean(LinkedConfiguration.class).open();
    } else {
      context.getBean(ConfigurationLoader.class).open(deployment.root());
    }
  }

  <T> T get(Class<T> type) {
    return context.getBean(type);
  }

  /** The named workspace, or the only one. */
  Workspace workspace(@Nullable String name) {
    List<Workspace> all = get(Configuration.class).workspaces();
    if (name == null && all.size() == 1) {
      return all.getFirst();
    }
    List<String> names = all.stream().map(Workspace::name).toList();
    if (name == null) {
      throw new StartupException("--workspace is needed; there are: " + names);
    }
    return get(Configuration.class).workspaceNamed(name)
        .orElseThrow(() -> new StartupException("no workspace is named " + name + "; there are: " + names));
  }

  @Override
  public void close() {
    context.close();
  }
}
