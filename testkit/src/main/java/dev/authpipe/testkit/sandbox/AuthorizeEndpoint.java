package dev.authpipe.testkit.sandbox;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;

/**
 * The authorization endpoint (RFC 6749, section 3.1) with PKCE (RFC 7636, S256 only) and pushed requests (RFC 9126).
 *
 * <p>A request with an unknown client or redirect URI is never answered by a redirect.
 */
final class AuthorizeEndpoint {

  private static final int MOST_WAITING = 10_000;
  private static final int PUSHED_SECONDS = 60;
  private static final String PUSHED_PREFIX = "urn:ietf:params:oauth:request_uri:";

  private record Pushed(FormParameters parameters, String clientId, Instant expiry) {}

  private final AuthorizationServerSettings settings;
  private final ClientRegistry clients;
  private final Accounts accounts;
  private final Callback callback;
  private final Script script;
  private final Observations observations;
  private final Endpoints endpoints;
  private final TokenMint mint;
  private final Map<String, Pushed> pushed = new ConcurrentHashMap<>();
  private final Map<String, AuthorizationRequest> undecided = new ConcurrentHashMap<>();

  AuthorizeEndpoint(AuthorizationServerSettings settings, ClientRegistry clients, Accounts accounts, Callback callback,
      Script script,
      Observations observations, Endpoints endpoints, TokenMint mint) {
    this.settings = settings;
    this.clients = clients;
    this.accounts = accounts;
    this.callback = callback;
    this.script = script;
    this.observations = observations;
    this.endpoints = endpoints;
    this.mint = mint;
  }

  void authorize(Exchange exchange) throws IOException {
    observations.arrived(Call.AUTHORIZE);
    Player.play(script.take(Call.AUTHORIZE), exchange, () -> {
      try {
        return answer(FormParameters.parse(exchange.request().rawQuery()));
      } catch (OAuthRefusal refusal) {
        return ConsentPage.refusal(refusal);
      }
    });
  }

  void push(Exchange exchange) throws IOException {
    var form = TokenEndpoint.form(exchange);
    observations.arrived(Call.PAR);
    Player.play(script.take(Call.PAR), exchange, () -> {
      try {
        var client = clients.authenticate(exchange.request(), form, endpoints.issuer(), endpoints.token());
        if (form.single("request_uri").isPresent() || !client.redirectUris().contains(form.required("redirect_uri"))
            || pushed.size() >= MOST_WAITING) {
          throw OAuthRefusal.of("invalid_request", "not a request that can be pushed");
        }
        checked(form, client);
        var uri = PUSHED_PREFIX + mint.id();
        pushed.put(uri, new Pushed(form, client.clientId(), settings.clock().instant().plusSeconds(PUSHED_SECONDS)));
        return Json.answer(201, Json.object().put("request_uri", uri).put("expires_in", PUSHED_SECONDS));
      } catch (OAuthRefusal refusal) {
        return refusal.toAnswer();
      }
    });
  }

  /** The answer to the consent page's form. */
  void decide(Exchange exchange) throws IOException {
    var form = TokenEndpoint.form(exchange);
    var request = form.single("request").map(undecided::remove);
    if (request.isEmpty()) {
      exchange.answer(ConsentPage.refusal(OAuthRefusal.of("invalid_request", "this question was answered before")));
      return;
    }
    var account = form.single("account").flatMap(accounts::find);
    var allowed = form.single("decision").filter("allow"::equals).isPresent();
    exchange.answer(allowed && account.isPresent()
        ? callback.allow(request.get(), account.get(), script.takeCallback())
        : callback.refuse(request.get(), "access_denied", script.takeCallback()));
  }

  private Answer answer(FormParameters query) {
    var client = query.single("client_id").flatMap(clients::find)
        .orElseThrow(() -> OAuthRefusal.of("invalid_request", "unknown client_id"));
    var pushedRequest = query.single("request_uri").map(uri -> takePushed(uri, client));
    if (pushedRequest.isEmpty() && settings.parRequired()) {
      throw OAuthRefusal.of("invalid_request", "only pushed authorization requests are accepted");
    }
    var parameters = pushedRequest.orElse(query);
    var redirectUri = parameters.required("redirect_uri");
    if (!client.redirectUris().contains(redirectUri)) {
      throw OAuthRefusal.of("invalid_request", "redirect_uri is not registered");
    }
    AuthorizationRequest request;
    try {
      request = checked(parameters, client);
    } catch (OAuthRefusal refusal) {
      var state = parameters.all("state").stream().findFirst();
      return callback.refuse(new AuthorizationRequest(client, redirectUri, state, List.of(), ""), refusal.error(),
          script.takeCallback());
    }
    if (!settings.consentPage()) {
      return callback.allow(request, accounts.takeNext(), script.takeCallback());
    }
    if (undecided.size() >= MOST_WAITING) {
      throw OAuthRefusal.of("temporarily_unavailable", "too many people are deciding");
    }
    var id = mint.id();
    undecided.put(id, request);
    return ConsentPage.question(id, request, accounts.all());
  }

  private FormParameters takePushed(String uri, RegisteredClient client) {
    return Optional.ofNullable(pushed.remove(uri))
        .filter(entry -> entry.clientId().equals(client.clientId()) && settings.clock().instant().isBefore(entry.expiry()))
        .map(Pushed::parameters).orElseThrow(() -> OAuthRefusal.of("invalid_request", "unknown request_uri"));
  }

  private static AuthorizationRequest checked(FormParameters parameters, RegisteredClient client) {
    if (!parameters.required("response_type").equals("code")) {
      throw OAuthRefusal.of("unsupported_response_type", "only code");
    }
    if (!parameters.single("response_mode").orElse("query").equals("query")) {
      throw OAuthRefusal.of("invalid_request", "only response_mode=query");
    }
    var challenge = parameters.required("code_challenge");
    if (!parameters.single("code_challenge_method").orElse("plain").equals("S256") || challenge.length() != 43) {
      throw OAuthRefusal.of("invalid_request", "PKCE with S256 is required");
    }
    var scopes = List.of(parameters.single("scope").orElse("").split(" ", -1)).stream().filter(scope -> !scope.isEmpty())
        .toList();
    return new AuthorizationRequest(client, parameters.required("redirect_uri"), parameters.single("state"), scopes, challenge);
  }
}
