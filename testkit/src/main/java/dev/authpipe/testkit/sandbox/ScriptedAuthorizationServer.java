package dev.authpipe.testkit.sandbox;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;

/**
 * A real OAuth 2.0 authorization server on loopback that also does, on demand, every odd thing a provider was ever seen doing,
 * and remembers what reached it. Never for production: it trusts whoever asks and forgets everything at its end.
 *
 * <p>RFC 6749 (authorization code, refresh), 7636 (S256), 7009, 7523 (client assertions), 8414, 9126, 9207. Its API
 * ({@link #api()}) is on the same origin. Bodies over 1 MiB are refused.
 */
public final class ScriptedAuthorizationServer implements AutoCloseable {

  private final AuthorizationServerSettings settings;
  private final TokenMint mint;
  private final Grants grants;
  private final ClientRegistry clients;
  private final Script script = new Script();
  private final Observations observations = new Observations();
  private final Accounts accounts;
  private final LoopbackServer server;
  private final Endpoints endpoints;
  private final AuthorizeEndpoint authorizeEndpoint;
  private final TokenEndpoint tokenEndpoint;
  private final SandboxApi api;

  private ScriptedAuthorizationServer(AuthorizationServerSettings settings) {
    this.settings = settings;
    this.mint = new TokenMint(settings);
    this.grants = new Grants(settings, mint);
    this.clients = new ClientRegistry(settings);
    this.accounts = new Accounts(List.of(Account.named("ada", "Ada Okafor", new Account.Installation(1001, "okafor-labs")),
        Account.named("bruno", "Bruno Lind", new Account.Installation(1002, "lind-and-sons"))));
    this.api = new SandboxApi(grants, mint, script, observations);
    this.server = LoopbackServer.start(this::answer, settings.tls().orElse(null));
    this.endpoints = new Endpoints(server.origin(settings.hostName()));
    this.authorizeEndpoint = new AuthorizeEndpoint(settings, clients, accounts, new Callback(settings, grants, endpoints), script,
        observations,
        endpoints, mint);
    this.tokenEndpoint = new TokenEndpoint(clients, grants, script, observations, endpoints);
  }

  /** Starts a server with two accounts and no client. */
  public static ScriptedAuthorizationServer start(AuthorizationServerSettings settings) {
    return new ScriptedAuthorizationServer(settings);
  }

  public AuthorizationServerSettings settings() {
    return settings;
  }

  /** What the coming calls will meet. */
  public Script script() {
    return script;
  }

  public SandboxApi api() {
    return api;
  }

  public String issuer() {
    return endpoints.issuer();
  }

  public URI authorizationEndpoint() {
    return endpoints.at(Endpoints.AUTHORIZE);
  }

  public URI parEndpoint() {
    return endpoints.at(Endpoints.PAR);
  }

  public URI tokenEndpoint() {
    return endpoints.at(Endpoints.TOKEN);
  }

  public URI revocationEndpoint() {
    return endpoints.at(Endpoints.REVOKE);
  }

  public URI userinfoEndpoint() {
    return endpoints.at(Endpoints.USERINFO);
  }

  public URI metadataDocument() {
    return endpoints.at(Endpoints.METADATA);
  }

  /** The base of the provider's API, without a slash at its end. */
  public URI apiBase() {
    return endpoints.at(Endpoints.API);
  }

  /** Registers a confidential client with {@code client_secret_basic} and a random id and secret. */
  public RegisteredClient registerClient(String displayName, String... redirectUris) {
    var client = new RegisteredClient("client_" + mint.id().substring(0, 16), displayName,
        new ClientAuthentication.Basic(mint.secret("sbx_secret_")),
        Set.of(redirectUris));
    registerClient(client);
    return client;
  }

  /** Registers a client, or replaces the one of the same id. */
  public void registerClient(RegisteredClient client) {
    clients.register(client);
  }

  public List<Account> accounts() {
    return accounts.all();
  }

  public void addAccount(Account account) {
    accounts.add(account);
  }

  /** Queues the account that consents to the next authorization; with an empty queue the first account consents. */
  public void consentsNext(Account account) {
    accounts.consentsNext(account);
  }

  /** A long-lived key that the API accepts as bearer token, as {@code X-Api-Key}, or as user name of basic authentication. */
  public ConcealedText createApiKey(Account account) {
    return api.createApiKey(account);
  }

  /** Ends the account's access tokens and keeps its refresh tokens: the next API call is answered with 401. */
  public void killAccessTokens(Account account) {
    grants.killAccessTokens(account);
  }

  /** Ends every grant of the account, as a user does in the provider's security settings. */
  public void revokeGrants(Account account) {
    grants.revokeAll(grant -> grant.account().equals(account));
  }

  /** A grant that an account gave to a client some other way than through a connect flow. */
  public IssuedTokens issueGrant(Account account, String clientId, List<String> scopes) {
    return grants.issue(account, clients.find(clientId).orElseThrow(), scopes);
  }

  public int calls(Call call) {
    return observations.calls(call);
  }

  /** All calls to the token endpoint, whatever the grant type. */
  public int tokenCalls() {
    return calls(Call.EXCHANGE) + calls(Call.REFRESH) + calls(Call.OTHER_GRANT);
  }

  /** The most calls to the token endpoint that were in hand at one moment. */
  public int mostTokenCallsInFlight() {
    return observations.mostTokenCallsInFlight();
  }

  /** Every grant since the start, oldest first. */
  public List<GrantSummary> grants() {
    return grants.summaries();
  }

  public int successfulRefreshesOf(Account account) {
    return grants().stream().filter(grant -> grant.account().equals(account)).mapToInt(GrantSummary::successfulRefreshes).sum();
  }

  public LiveTokens liveTokens() {
    return live(grants());
  }

  public LiveTokens liveTokensOf(Account account) {
    return live(grants().stream().filter(grant -> grant.account().equals(account)).toList());
  }

  /** Every request to any endpoint, in the order of arrival. */
  public List<RecordedRequest> requests() {
    return server.requests();
  }

  /** The requests whose raw path begins so. */
  public List<RecordedRequest> requestsTo(String rawPathPrefix) {
    return requests().stream().filter(request -> request.rawPath().startsWith(rawPathPrefix)).toList();
  }

  /** Sets counts and records back to nothing; grants and accounts stay. */
  public void forgetObservations() {
    observations.forget();
    server.forgetRequests();
  }

  /** Takes the provider off the network: connecting is refused and open connections are closed. */
  public void refuseConnections() {
    server.refuseConnections();
  }

  public void acceptConnections() {
    server.acceptConnections();
  }

  @Override
  public void close() {
    server.close();
  }

  private static LiveTokens live(List<GrantSummary> summaries) {
    return new LiveTokens(summaries.stream().flatMap(grant -> grant.live().accessTokens().stream()).toList(),
        summaries.stream().flatMap(grant -> grant.live().refreshTokens().stream()).toList());
  }

  private void answer(Exchange exchange) throws IOException {
    try {
      route(exchange);
    } catch (OAuthRefusal refusal) {
      exchange.answer(refusal.toAnswer());
    } catch (NumberFormatException e) {
      exchange.answer(Answer.text(400, "not a number"));
    }
  }

  private void route(Exchange exchange) throws IOException {
    var path = exchange.request().rawPath();
    if (path.equals(Endpoints.API) || path.startsWith(Endpoints.API + "/")) {
      api.handle(exchange);
      return;
    }
    switch (exchange.request().method() + " " + path) {
      case "GET " + Endpoints.METADATA -> metadata(exchange);
      case "GET " + Endpoints.AUTHORIZE -> authorizeEndpoint.authorize(exchange);
      case "POST " + Endpoints.DECISION -> authorizeEndpoint.decide(exchange);
      case "GET " + Endpoints.STYLE -> exchange.answer(ConsentPage.style());
      case "POST " + Endpoints.PAR -> authorizeEndpoint.push(exchange);
      case "POST " + Endpoints.TOKEN -> tokenEndpoint.token(exchange);
      case "POST " + Endpoints.REVOKE -> tokenEndpoint.revoke(exchange);
      case "GET " + Endpoints.USERINFO -> api.userinfo(exchange);
      default -> exchange.answer(Answer.text(404, "no such endpoint"));
    }
  }

  private void metadata(Exchange exchange) throws IOException {
    observations.arrived(Call.METADATA);
    Player.play(script.take(Call.METADATA), exchange, () -> endpoints.metadata(settings));
  }
}
