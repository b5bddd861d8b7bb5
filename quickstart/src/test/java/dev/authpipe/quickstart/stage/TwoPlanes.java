package dev.authpipe.quickstart.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.ops.ControlOptions;
import dev.authpipe.control.ops.ControlPlane;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.flow.Member;
import dev.authpipe.quickstart.flow.SetUp;
import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.StepReport;
import dev.authpipe.quickstart.flow.StepResult;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.mail.MailServer;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * A real proxy and a real control plane, each with databases of its own, and nothing between them but the link: mutual TLS with pinned keys.
 * Either may be stopped and started again.
 */
final class TwoPlanes implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String PASSWORD = "correct horse battery staple";
  private static final String EMAIL = "owner@example.test";
  private static final URI SANDBOX_ORIGIN = URI.create("https://sandbox.invalid");

  final ShiftedClock clock = new ShiftedClock();
  final EmbeddedDatabases.StoreSet proxyStores = EmbeddedDatabases.shared().create();
  final EmbeddedDatabases.StoreSet controlStores;
  final ScriptedAuthorizationServer provider = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock));
  final RegisteredClient client = provider.registerClient("acme");
  final Workplace workplace;
  final Terminals terminals;
  final SetUp setUp;
  private final Workplace controlWorkplace;
  private final MailServer letters;
  private final Ports ports;
  private final Path proxySettings;
  private final Path controlSettings;
  private final Map<String, Object> proxyProperties = new HashMap<>();
  private final Map<String, Object> controlProperties;
  private final AtomicLong ahead = new AtomicLong();
  private @Nullable ControlPlane controlPlane;
  private @Nullable ProxyServer proxy;

  /**
   * Everything laid out; nothing runs.
   *
   * @param times             how often the proxy speaks
   * @param outbox            its bound
   * @param controlProperties for the control plane's context
   */
  TwoPlanes(LinkTimes times, OutboxSettings outbox, Map<String, Object> controlProperties) {
    this(times, outbox, controlProperties, 0, EmbeddedDatabases.shared());
  }

  private TwoPlanes(LinkTimes times, OutboxSettings outbox, Map<String, Object> controlProperties, int link,
      EmbeddedDatabases controlServer) {
    this.controlStores = controlServer.create();
    try {
      this.workplace = new Workplace();
      this.controlWorkplace = new Workplace();
      this.letters = MailServer.start();
      Ports free = Ports.free();
      this.ports = link == 0
          ? free
          : new Ports(free.api(), free.connect(), free.management(), free.sample(), free.dashboard(), link,
              free.controlManagement(), free.example());
      this.proxySettings = ProxySettingsFile.write(workplace, ports, proxyStores);
      this.controlSettings = ControlSettingsFile.write(controlWorkplace, ports, controlStores, letters.port());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    proxyProperties.put("authpipe.link.times", times);
    proxyProperties.put("authpipe.link.outbox", outbox);
    this.controlProperties = controlProperties;
    this.terminals = new Terminals(() -> proxySettings, () -> proxy().api(), () -> controlSettings, this::clientSecret,
        () -> letters);
    this.setUp = new SetUp(() -> new SetUp.Plan(controlPlane().dashboard(), EMAIL, PASSWORD, client.clientId(),
        List.of("sandbox"), List.of(Application.RETURN_URL), PATIENCE), terminals);
  }

  /** The times of docs/link-format.md, but for the pauses that a test would have to wait for. */
  static LinkTimes brisk() {
    return LinkTimes.usual().with(LinkTime.HOLD, Duration.ofSeconds(5)).with(LinkTime.DEADLINE, Duration.ofSeconds(15))
        .with(LinkTime.POLL, Duration.ofMillis(200)).with(LinkTime.REPORTS, Duration.ofMillis(150))
        .with(LinkTime.CHECKPOINTS, Duration.ofMillis(200)).with(LinkTime.HEARTBEAT, Duration.ofMillis(400))
        .with(LinkTime.LOOK, Duration.ofMillis(100)).with(LinkTime.STEPS, Duration.ofMillis(500))
        .with(LinkTime.MOST_REST, Duration.ofSeconds(5))
        .with(LinkTime.LEAST_PAUSE, Duration.ofMillis(50)).with(LinkTime.MOST_PAUSE, Duration.ofMillis(400));
  }

  /** Linked, approved and ready for connections. */
  static TwoPlanes ready(LinkTimes times, OutboxSettings outbox, Map<String, Object> controlProperties) {
    return ready(new TwoPlanes(times, outbox, controlProperties));
  }

  /** The same with a PostgreSQL for the control plane alone, whose files are nobody else's; the caller closes it. */
  static TwoPlanes apart(EmbeddedDatabases controlServer) {
    return ready(new TwoPlanes(brisk(), OutboxSettings.usual(), Map.of(), 0, controlServer));
  }

  private static TwoPlanes ready(TwoPlanes planes) {
    try {
      planes.startControlPlane();
      planes.run(planes.setUp.configuring());
      planes.startProxy();
      planes.run(planes.setUp.approving());
      planes.registerRedirectUri();
      return planes;
    } catch (RuntimeException | AssertionError failure) {
      planes.close();
      throw failure;
    }
  }

  /** Runs steps, each of which has to hold. */
  void run(List<Step> steps) {
    List<StepResult> results = new ArrayList<>();
    boolean held = new Flow(new StepReport() {
      @Override
      public void begins(Step step) {}

      @Override
      public void ended(StepResult result) {
        results.add(result);
      }
    }).run(steps);
    assertThat(held).as(() -> results.getLast().toString()).isTrue();
  }

  /** Elapsed time goes twenty times as fast for the limits of the control plane, and in leaps for those of the proxy. */
  void startControlPlane() {
    controlPlane = ControlPlane.start(controlSettings,
        new ControlOptions(null, () -> System.nanoTime() * 20 + ahead.get(), controlProperties));
  }

  void stopControlPlane() {
    controlPlane().close();
  }

  ControlPlane controlPlane() {
    return Objects.requireNonNull(controlPlane);
  }

  void startProxy() {
    proxy = ProxyServer.start(proxySettings, new ProxyOptions(Map.of(SANDBOX_ORIGIN, URI.create(provider.issuer())), clock,
        () -> System.nanoTime() + ahead.get(), proxyProperties));
  }

  void stopProxy() {
    proxy().close();
  }

  ProxyServer proxy() {
    return Objects.requireNonNull(proxy);
  }

  /** Lets time pass for the proxy and the provider. */
  void pass(Duration time) {
    clock.moveOn(time);
    passForLimits(time);
  }

  /** Lets elapsed time pass, as limits per minute count it. */
  void passForLimits(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  void registerRedirectUri() {
    try {
      URI redirectUri = RedirectUri.ask(proxy(), setUp.apiKey(), "sandbox");
      provider.registerClient(
          new RegisteredClient(client.clientId(), client.displayName(), client.authentication(), Set.of(redirectUri.toString())));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  ConcealedText clientSecret() {
    if (client.authentication() instanceof ClientAuthentication.Basic(ConcealedText secret)) {
      return secret;
    }
    throw new IllegalStateException("a client without a secret");
  }

  Application application() {
    return new Application(proxy().api(), proxy().connect(), setUp.apiKey().reveal());
  }

  Member member() {
    return setUp.control().member();
  }

  /** Something of the workspace over the control plane's REST API. */
  JsonNode reads(String path) {
    return member().reads(path(path));
  }

  String path(String rest) {
    return "/api/v1/workspaces/" + setUp.control().workspace() + "/" + rest;
  }

  /** The proxy as the control plane shows it. */
  JsonNode dataPlane() {
    for (JsonNode one : reads("data-planes").path("data")) {
      if (one.path("name").asText().equals("demo proxy")) {
        return one;
      }
    }
    throw new AssertionError("the control plane does not show the proxy");
  }

  /** What a query over the proxy's vault finds first. */
  String inVault(String query) {
    return first(proxyStores, Store.VAULT, query);
  }

  /** What a query over the control plane's store finds first. */
  String inControl(String query) {
    return first(controlStores, Store.CONTROL, query);
  }

  private static String first(EmbeddedDatabases.StoreSet stores, Store store, String query) {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement sql = connection.createStatement();
        ResultSet found = sql.executeQuery(query)) {
      assertThat(found.next()).isTrue();
      return String.valueOf(found.getString(1));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Another proxy that has not been enrolled yet, for the same control plane. */
  TwoPlanes another() {
    return new TwoPlanes(brisk(), OutboxSettings.usual(), Map.of(), ports.link(), EmbeddedDatabases.shared());
  }

  @Override
  public void close() {
    setUp.close();
    if (proxy != null) {
      proxy.close();
    }
    if (controlPlane != null) {
      controlPlane.close();
    }
    provider.close();
    letters.close();
    proxyStores.close();
    controlStores.close();
    workplace.close();
    controlWorkplace.close();
  }
}
