package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.Surroundings;
import dev.authpipe.quickstart.sample.SampleApplication;
import dev.authpipe.quickstart.sample.SampleSettings;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * Everything of the demonstration in one process. Starts by its {@link #steps()}, in their order, and stops in reverse; leaves nothing
 * behind. Never for production.
 */
public final class Stage implements AutoCloseable {
  private static final String CHAPTER = "Start everything";
  private static final URI SANDBOX_ORIGIN = URI.create("https://sandbox.invalid");
  private static final String API_KEY_FILE = "api-key";

  private final Ports ports;
  private final Workplace workplace;
  private final ShiftedClock clock = new ShiftedClock();
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Part<EmbeddedDatabases.StoreSet> stores = new Part<>("PostgreSQL");
  private final Part<ScriptedAuthorizationServer> sandbox = new Part<>("the sandbox provider");
  private final Part<RegisteredClient> client = new Part<>("the client registration");
  private final Part<Path> settings = new Part<>("the settings file");
  private final Part<ProxyServer> proxy = new Part<>("the proxy");
  private final Part<ApiKey> apiKey = new Part<>("the API key");
  private final Part<SampleApplication> sample = new Part<>("the sample application");

  private Stage(Ports ports, Workplace workplace) {
    this.ports = ports;
    this.workplace = workplace;
    running.push(workplace);
  }

  /**
   * A stage on which nothing runs yet.
   *
   * @param ports where things will listen
   * @throws IOException when there is no room for temporary files
   */
  public static Stage empty(Ports ports) throws IOException {
    return new Stage(ports, new Workplace());
  }

  /** What starts everything, in order. */
  public List<Step> steps() {
    return List.of(new Step(CHAPTER, "PostgreSQL with the three stores", this::startStores),
        new Step(CHAPTER, "The sandbox provider", this::startSandbox), new Step(CHAPTER, "The proxy", this::startProxy),
        new Step(CHAPTER, "An API key for the application", this::makeApiKey),
        new Step(CHAPTER, "The redirect URI is registered at the provider", this::registerRedirectUri),
        new Step(CHAPTER, "The sample application", this::startSample));
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

  private String startProxy() throws IOException {
    settings.is(ProxySettingsFile.write(workplace, ports, stores.get(), client.get(), returnUrl()));
    Map<URI, URI> standIns = Map.of(SANDBOX_ORIGIN, URI.create(sandbox.get().issuer()));
    proxy.is(keep(ProxyServer.start(settings.get(), new ProxyOptions(standIns, clock, null, Map.of()))));
    return proxy.get().api().toString();
  }

  private String makeApiKey() throws Exception {
    apiKey.is(ApiKeyCommand.create(settings.get()));
    workplace.write(API_KEY_FILE, apiKey.get().reveal() + "\n");
    return "";
  }

  private String registerRedirectUri() throws Exception {
    URI redirectUri = RedirectUri.ask(proxy.get(), apiKey.get());
    RegisteredClient registered = client.get();
    sandbox.get().registerClient(new RegisteredClient(registered.clientId(), registered.displayName(),
        registered.authentication(), Set.of(redirectUri.toString())));
    return redirectUri.toString();
  }

  private String startSample() throws IOException {
    Authpipe authpipe = Authpipe.at(proxy.get().api(), apiKey.get()).build();
    sample.is(keep(SampleApplication
        .start(new SampleSettings(ports.sample(), authpipe, ProxySettingsFile.INTEGRATION, "/issues",
            URI.create(sandbox.get().apiBase() + "/me"), clock))));
    return sample.get().address().toString();
  }

  private URI returnUrl() {
    return SampleApplication.returnUrl(URI.create("http://127.0.0.1:" + ports.sample()));
  }

  private <T extends AutoCloseable> T keep(T part) {
    synchronized (running) {
      running.push(part);
    }
    return part;
  }

  /** Where everything runs, once all steps have held. */
  public Surroundings surroundings() {
    return new Surroundings(sample.get().address(), proxy.get().api(), proxy.get().connect(), apiKey.get(),
        new SandboxView(sandbox.get(), clock), Surroundings.PATIENCE);
  }

  /** The sandbox provider, whose answers may be changed. */
  public ScriptedAuthorizationServer sandbox() {
    return sandbox.get();
  }

  /** Where the proxy's health and metrics are read. */
  public URI management() {
    return proxy.get().management();
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
    } catch (Exception failure) {
      System.getLogger(Stage.class.getName()).log(System.Logger.Level.WARNING, "a part of the demo did not stop", failure);
    }
  }
}
