package dev.authpipe.proxy.proof;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.notify.NotifySettings;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * A whole proxy over real HTTP, with stores, the sandbox provider, two workspaces and API keys: the ground that proofs stand on. Any test of
 * this module may use it. Never reaches into the proxy: what it does, an application, a browser or an operator could do.
 *
 * <p>Starting takes a few seconds; share one between the tests of a class.
 */
public final class ProxyFixture implements AutoCloseable {
  private final ProofDeployment deployment;
  private final Options options;
  private final List<ProxyServer> servers = new ArrayList<>();
  private final List<ConnectFlow> flows = new ArrayList<>();
  private final ApiKeyFactory apiKeys;
  private final ContractClient application;
  private final ContractClient stranger;
  private final Path firstSettings;

  /** What a test may change. */
  public static final class Options {
    private EmbeddedDatabases databases = EmbeddedDatabases.shared();
    private @Nullable Clock clock;
    private @Nullable Ticker ticker;
    private String more = "";
    private ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + ConnectFlow.random());
    private UnaryOperator<AuthorizationServerSettings> provider = UnaryOperator.identity();
    private UnaryOperator<String> jdbcUrl = UnaryOperator.identity();
    private List<String> integrations = List.of();
    private Map<String, String> providerFiles = Map.of();
    private Map<String, URI> webhooks = Map.of();
    private boolean direct;

    private Options() {}

    /** Another PostgreSQL than the one that tests share. */
    public Options databases(EmbeddedDatabases value) {
      databases = value;
      return this;
    }

    /** The proxy's wall time. The provider's stays the system's. */
    public Options clock(Clock value) {
      clock = value;
      return this;
    }

    /** The proxy's elapsed time. */
    public Options ticker(Ticker value) {
      ticker = value;
      return this;
    }

    /** More YAML at the end of the settings file. */
    public Options settings(String yaml) {
      more = yaml;
      return this;
    }

    /** The client secret of every OAuth integration. */
    public Options clientSecret(ConcealedText value) {
      clientSecret = value;
      return this;
    }

    /** What is special about the provider from the start. */
    public Options provider(UnaryOperator<AuthorizationServerSettings> value) {
      provider = value;
      return this;
    }

    /** Another way to the stores than the direct one. */
    public Options jdbcUrl(UnaryOperator<String> value) {
      jdbcUrl = value;
      return this;
    }

    /** Notifications and owners go straight to PostgreSQL, whatever way {@link #jdbcUrl} has the rest go. */
    public Options directNotifications() {
      direct = true;
      return this;
    }

    /** More integrations of both workspaces, by the slug of their provider. */
    public Options integrations(List<String> value) {
      integrations = List.copyOf(value);
      return this;
    }

    /** More provider files, by name; a file's provider takes a key. */
    public Options providerDirectory(Map<String, String> value) {
      providerFiles = Map.copyOf(value);
      return this;
    }

    /** Webhook endpoints of both workspaces, by name; the proxy looks for what is due several times a second. */
    public Options webhooks(Map<String, URI> value) {
      webhooks = Map.copyOf(value);
      return this;
    }

    /** Lays out the deployment and starts one proxy. */
    public ProxyFixture start() {
      return new ProxyFixture(this);
    }
  }

  private ProxyFixture(Options options) {
    this.options = options;
    this.deployment = ProofDeployment.create(options.databases, options.provider, options.clientSecret, options.more,
        options.jdbcUrl,
        new ProofDeployment.Extras(options.integrations, options.providerFiles, options.webhooks, options.direct));
    this.firstSettings = deployment.settings();
    servers.add(start(firstSettings));
    this.apiKeys = new ApiKeyFactory(firstSettings);
    this.application = caller(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES);
    this.stranger = caller(ProofDeployment.FOREIGN, ApiKeyFactory.ALL_SCOPES);
    register(ProofDeployment.OWN, application);
    register(ProofDeployment.FOREIGN, stranger);
  }

  /** A proxy like any other. */
  public static ProxyFixture start() {
    return with().start();
  }

  /** A proxy with something changed. */
  public static Options with() {
    return new Options();
  }

  /** Where the first proxy is reached. */
  public ProxyAddresses addresses() {
    ProxyServer first = servers.getFirst();
    return new ProxyAddresses(first.api(), first.connect(), first.management());
  }

  /** Starts one more proxy on the same stores and returns where it is reached. */
  public ProxyAddresses second() {
    ProxyServer server = start(deployment.settings());
    servers.add(server);
    return new ProxyAddresses(server.api(), server.connect(), server.management());
  }

  /** The settings file of the first proxy, for commands. */
  public Path firstSettings() {
    return firstSettings;
  }

  /** Stops every proxy. */
  public void stop() {
    servers.forEach(ProxyServer::close);
    servers.clear();
  }

  /** Starts the first proxy again, where it was. */
  public void again() {
    servers.add(start(firstSettings));
  }

  /** A back end of {@link ProofDeployment#OWN} with every scope. */
  public ContractClient application() {
    return application;
  }

  /** A back end of {@link ProofDeployment#FOREIGN} with every scope. */
  public ContractClient stranger() {
    return stranger;
  }

  /** A back end of {@link ProofDeployment#OWN} with these scopes only. */
  public ContractClient callerWith(String... scopes) {
    return caller(ProofDeployment.OWN, List.of(scopes));
  }

  /** A back end of {@link ProofDeployment#OWN} with an API key of one's own making. */
  public ContractClient callerWithKey(String apiKey) {
    return new ContractClient(addresses().api(), apiKey);
  }

  /** Nobody in particular. */
  public ContractClient anonymous() {
    return new ContractClient(addresses().api(), "");
  }

  /** Makes API keys as an operator does. */
  public ApiKeyFactory apiKeys() {
    return apiKeys;
  }

  /** Walks the connect flow at the integration {@code sandbox} and returns the connection's id. */
  public String connectUser(String endUser) {
    return connectUser("sandbox", endUser);
  }

  /** Walks the connect flow and returns the connection's id. */
  public String connectUser(String integration, String endUser) {
    return flow(endUser).connect(integration);
  }

  /** Walks the connect flow in the other workspace and returns the connection's id. */
  public String connectForeignUser(String endUser) {
    ConnectFlow flow = new ConnectFlow(stranger, addresses().connect(), endUser);
    flows.add(flow);
    return flow.connect("sandbox");
  }

  /** A connect flow in the test's own hands. */
  public ConnectFlow flow(String endUser) {
    return flow(application, endUser);
  }

  /** A connect flow of another back end. */
  public ConnectFlow flow(ContractClient backEnd, String endUser) {
    ConnectFlow flow = new ConnectFlow(backEnd, addresses().connect(), endUser);
    flows.add(flow);
    return flow;
  }

  public ScriptedAuthorizationServer provider() {
    return deployment.provider();
  }

  public ProofDeployment deployment() {
    return deployment;
  }

  /** The metrics page of the first proxy. */
  public String metrics() {
    return new ContractClient(addresses().management(), "").send("GET", "/metrics").expect(200).text();
  }

  @Override
  public void close() {
    flows.forEach(ConnectFlow::close);
    servers.forEach(ProxyServer::close);
    deployment.close();
  }

  private ProxyServer start(Path settings) {
    return ProxyServer.start(settings, new ProxyOptions(deployment.standIns(), options.clock, options.ticker,
        Map.of("authpipe.notify.settings", NotifySettings.usual().looking(Duration.ofMillis(100)))));
  }

  private ContractClient caller(String workspace, List<String> scopes) {
    return new ContractClient(addresses().api(), apiKeys.create(workspace, scopes, Stream.empty()));
  }

  private void register(String workspace, ContractClient client) {
    JsonNode integrations = client.send("GET", "/v1/integrations").expect(200).json().path("data");
    deployment.register(workspace, integrations, URI.create(addresses().connect().toString()));
  }
}
