package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.authpipe.control.ops.ControlOptions;
import dev.authpipe.control.ops.ControlPlane;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.quickstart.flow.Operators;
import dev.authpipe.quickstart.flow.SetUp;
import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.Surroundings;
import dev.authpipe.quickstart.sample.SampleApplication;
import dev.authpipe.quickstart.sample.SampleSettings;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.mail.MailServer;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * Everything of the demonstration in one process: the two planes with a database each and a link of mutual TLS between them, a provider and
 * an application. Starts by its {@link #steps()}, in their order, and stops in reverse; leaves nothing behind. Never for production.
 */
public final class Stage implements AutoCloseable {
  private static final String CHAPTER = "Start everything";
  private static final String PROXY_CHAPTER = "Start the proxy";
  private static final String APPLICATION_CHAPTER = "Start the application";
  private static final URI SANDBOX_ORIGIN = URI.create("https://sandbox.invalid");
  /** Of one registration at the provider: what keeps them apart is the proxy alone. */
  private static final List<String> INTEGRATIONS = List.of("sandbox", "sandbox-archive");
  private static final String API_KEY_FILE = "api-key";
  private static final int PASSWORD_BYTES = 15;
  /** As docs/link-format.md has them, but for what one would have to wait for. */
  private static final LinkTimes TIMES = LinkTimes.usual().with(LinkTime.CHECKPOINTS, Duration.ofSeconds(2))
      .with(LinkTime.HEARTBEAT, Duration.ofSeconds(1)).with(LinkTime.LOOK, Duration.ofMillis(200))
      .with(LinkTime.STEPS, Duration.ofSeconds(1));

  private final Ports ports;
  private final Workplace workplace;
  private final Workplace controlWorkplace;
  private final Owner owner = Owner.random();
  private final ShiftedClock clock = new ShiftedClock();
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Part<EmbeddedDatabases.StoreSet> stores = new Part<>("PostgreSQL");
  private final Part<ScriptedAuthorizationServer> sandbox = new Part<>("the sandbox provider");
  private final Part<RegisteredClient> client = new Part<>("the client registration");
  private final Part<MailServer> letters = new Part<>("the mail server");
  private final Part<Path> controlSettings = new Part<>("the control plane's settings file");
  private final Part<ControlPlane> controlPlane = new Part<>("the control plane");
  private final Part<Path> settings = new Part<>("the settings file");
  private final Part<ProxyServer> proxy = new Part<>("the proxy");
  private final Part<SampleApplication> sample = new Part<>("the sample application");
  private final SetUp setUp;

  /**
   * The seeded owner of the workspace, for this start only.
   *
   * @param email    to sign in with
   * @param password random; for the terminal of who started the demonstration, and nowhere else
   */
  public record Owner(String email, String password) {
    private static Owner random() {
      byte[] bytes = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(bytes);
      return new Owner("owner@demo.example", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    @Override
    public String toString() {
      return email;
    }
  }

  private Stage(Ports ports, Workplace workplace, Workplace controlWorkplace) {
    this.ports = ports;
    this.workplace = workplace;
    this.controlWorkplace = controlWorkplace;
    running.push(workplace);
    running.push(controlWorkplace);
    this.setUp = keep(
        new SetUp(this::plan,
            new Terminals(settings::get, () -> proxy.get().api(), controlSettings::get, this::clientSecret, letters::get)));
  }

  /**
   * A stage on which nothing runs yet.
   *
   * @param ports where things will listen
   * @throws IOException when there is no room for temporary files
   */
  public static Stage empty(Ports ports) throws IOException {
    return new Stage(ports, new Workplace(), new Workplace());
  }

  /** What starts, configures and links everything, in order. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>(List.of(new Step(CHAPTER, "PostgreSQL with the three stores", this::startStores),
        new Step(CHAPTER, "The sandbox provider", this::startSandbox),
        new Step(CHAPTER, "The control plane", this::startControlPlane)));
    steps.addAll(setUp.configuring());
    steps.add(new Step(PROXY_CHAPTER, "The proxy", this::startProxy));
    steps.addAll(setUp.approving());
    steps.add(new Step(APPLICATION_CHAPTER, "The redirect URIs are registered at the provider", this::registerRedirectUris));
    steps.add(new Step(APPLICATION_CHAPTER, "The sample application", this::startSample));
    return steps;
  }

  private String startStores() {
    EmbeddedDatabases databases = keep(EmbeddedDatabases.start());
    stores.is(databases.create());
    return "port " + databases.port();
  }

  private String startSandbox() {
    AuthorizationServerSettings behaviour = new AuthorizationServerSettings(clock).consentPage(true);
    ScriptedAuthorizationServer server = keep(ScriptedAuthorizationServer.start(behaviour));
    sandbox.is(server);
    client.is(server.registerClient("Tasklight"));
    return server.issuer();
  }

  private String startControlPlane() throws IOException {
    letters.is(keep(MailServer.start()));
    controlSettings.is(ControlSettingsFile.write(controlWorkplace, ports, stores.get(), letters.get().port()));
    settings.is(ProxySettingsFile.write(workplace, ports, stores.get()));
    controlPlane.is(keep(ControlPlane.start(controlSettings.get(), ControlOptions.NONE)));
    return controlPlane.get().dashboard().toString();
  }

  private SetUp.Plan plan() {
    return new SetUp.Plan(controlPlane.get().dashboard(), owner.email(), owner.password(), client.get().clientId(), INTEGRATIONS,
        returnUrls(), Surroundings.PATIENCE);
  }

  private ConcealedText clientSecret() {
    if (client.get().authentication() instanceof ClientAuthentication.Basic(ConcealedText clientSecret)) {
      return clientSecret;
    }
    throw new IllegalStateException("the sandbox provider registered a client without a secret");
  }

  private String startProxy() {
    Map<URI, URI> standIns = Map.of(SANDBOX_ORIGIN, URI.create(sandbox.get().issuer()));
    ProxyOptions options = new ProxyOptions(standIns, clock, null, Map.of("authpipe.link.times", TIMES));
    proxy.is(keep(ProxyServer.start(settings.get(), options)));
    return proxy.get().api().toString();
  }

  private String registerRedirectUris() throws Exception {
    workplace.write(API_KEY_FILE, setUp.apiKey().reveal() + "\n");
    Set<String> redirectUris = new LinkedHashSet<>();
    for (String slug : INTEGRATIONS) {
      redirectUris.add(RedirectUri.ask(proxy.get(), setUp.apiKey(), slug).toString());
    }
    RegisteredClient registered = client.get();
    sandbox.get().registerClient(new RegisteredClient(registered.clientId(), registered.displayName(),
        registered.authentication(), redirectUris));
    return redirectUris.size() + ", one per integration";
  }

  private String startSample() throws IOException {
    Authpipe authpipe = Authpipe.at(proxy.get().api(), setUp.apiKey()).build();
    sample.is(keep(SampleApplication.start(new SampleSettings(ports.sample(), authpipe, INTEGRATIONS, "/issues",
        URI.create(sandbox.get().apiBase() + "/me"), clock,
        new SandboxCircumstances(sandbox.get(), clock, age -> AgedFlows.by(age, stores.get().superuser(Store.VAULT)))))));
    return sample.get().address().toString();
  }

  /** Of the sample application, and of an example that somebody may start beside it. */
  private List<URI> returnUrls() {
    return IntStream.of(ports.sample(), ports.example()).mapToObj(port -> URI.create("http://127.0.0.1:" + port))
        .map(SampleApplication::returnUrl).toList();
  }

  private <T extends AutoCloseable> T keep(T part) {
    synchronized (running) {
      running.push(part);
    }
    return part;
  }

  /** Where everything runs, once all steps have held. */
  public Surroundings surroundings() {
    return new Surroundings(sample.get().address(), proxy.get().api(), proxy.get().connect(), setUp.apiKey(),
        new SandboxView(sandbox.get(), clock), setUp.control(), Surroundings.PATIENCE);
  }

  /** The sandbox provider, whose answers may be changed. */
  public ScriptedAuthorizationServer sandbox() {
    return sandbox.get();
  }

  /** The stores, whose rows may be looked at and changed. */
  public EmbeddedDatabases.StoreSet stores() {
    return stores.get();
  }

  /** Where the proxy's health and metrics are read. */
  public URI management() {
    return proxy.get().management();
  }

  /** The control plane, which may be stopped. */
  public ControlPlane controlPlane() {
    return controlPlane.get();
  }

  /** Who may sign in there. */
  public Owner owner() {
    return owner;
  }

  /** The operators of both planes. */
  public Operators operators() {
    return setUp.operators();
  }

  /** The API key of the proxy's operator. */
  public ApiKey operatorsKey() {
    return setUp.operatorsKey();
  }

  /** What completes a sign-in of the owner; each works once. */
  public List<String> recoveryCodes() {
    return setUp.recoveryCodes();
  }

  /** The file that holds the API key, readable by its owner only. */
  public Path apiKeyFile() {
    return workplace.at(API_KEY_FILE);
  }

  /** Waits until somebody closes the stage. */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /** Stops everything in reverse and removes the temporary files. Idempotent; what does not stop does not keep the rest. */
  @Override
  public void close() {
    while (true) {
      AutoCloseable part;
      synchronized (running) {
        part = running.poll();
      }
      if (part == null) {
        break;
      }
      closeQuietly(part);
    }
    closed.countDown();
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception | LinkageError failure) {
      System.getLogger(Stage.class.getName()).log(System.Logger.Level.WARNING, "a part of the demo did not stop", failure);
    }
  }
}
