package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.answersHtml;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;

import java.net.URI;
import java.util.Map;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.testkit.browser.Page;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;

/** How the errors of the connect flow are met. */
final class ConnectErrors {
  private final ProxyFixture proxy;

  private ConnectErrors(ProxyFixture proxy) {
    this.proxy = proxy;
  }

  static void addTo(ErrorCases cases, ProxyFixture proxy) {
    ConnectErrors errors = new ConnectErrors(proxy);
    cases.problem(ErrorCode.RETURN_URL_NOT_ALLOWED, () -> errors.session("return_url", "https://app.example.com/connected2"))
        .problem(ErrorCode.PROVIDER_PARAMETER_INVALID, () -> errors.session("params", Map.of("subdomain", "evil.com#")))
        .problem(ErrorCode.SCOPE_NOT_ALLOWED, () -> errors.session("scopes", java.util.List.of("admin")))
        .problem(ErrorCode.SESSION_INVALID, errors::unknownSession).problem(ErrorCode.CROSS_SITE, errors::crossSite)
        .problem(ErrorCode.ENTRY_LINK_INVALID, errors::unknownEntryLink).problem(ErrorCode.ATTEMPT_LIMIT, errors::tooManyAttempts)
        .page(ErrorCode.STATE_INVALID, errors::foreignState).page(ErrorCode.BROWSER_MISMATCH, errors::otherBrowser)
        .page(ErrorCode.INTEGRATION_MISMATCH, errors::otherCallback)
        .page(ErrorCode.ISSUER_MISMATCH, () -> errors.callback(CallbackChange.trailingSlashIssuer()))
        .page(ErrorCode.ACCESS_DENIED, () -> errors.callback(CallbackChange.error("access_denied")))
        .page(ErrorCode.PROVIDER_REFUSED, () -> errors.callback(CallbackChange.error("server_error")))
        .problem(ErrorCode.FINISH_CODE_INVALID, () -> errors.finish("finish_code", ConnectFlow.random()))
        .problem(ErrorCode.VERIFIER_MISMATCH, () -> errors.finish("code_verifier", ConnectFlow.random()))
        .problem(ErrorCode.END_USER_MISMATCH, () -> errors.finish("end_user_id", "somebody-else"))
        .problem(ErrorCode.FINISH_CHANGED, errors::changedRepetition)
        .problem(ErrorCode.PROVIDER_ANSWER_INVALID, errors::htmlFromTheTokenEndpoint)
        .problem(ErrorCode.INTEGRATION_MISCONFIGURED, errors::unknownClient)
        .problem(ErrorCode.ACCOUNT_MISMATCH, errors::otherAccount)
        .problem(ErrorCode.PARAMETER_NOT_PROVEN, errors::foreignInstallation);
  }

  private Met session(String member, Object value) {
    ConnectFlow flow = proxy.flow("error-user");
    Map<String, Object> request = flow.sessionRequest("sandbox");
    request.put(member, value);
    return Met.of(flow.create(request));
  }

  private Met unknownSession() {
    return Met.of(proxy.flow("error-user").post("/connect/session", Map.of("session_token", ConnectFlow.random())));
  }

  private Met unknownEntryLink() {
    String unknown = "int_01kb2v7m3ae8wrx5t9fd6hq4zc." + ConnectFlow.random();
    return Met.of(proxy.flow("error-user").post("/client-secret/entry", Map.of("session_token", unknown)));
  }

  private Met crossSite() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    return Met.of(flow.post("/connect/start", flow.choice(Map.of()), URI.create("https://evil.example/page")));
  }

  private Met tooManyAttempts() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    Page last = flow.start();
    for (int i = 0; i < 20 && last.status() == 200; i++) {
      last = flow.start();
    }
    return Met.of(last);
  }

  private Met foreignState() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    proxy.provider().script().nextCallback(CallbackChange.state(ConnectFlow.random()));
    return Met.of(flow.authorize());
  }

  private Met otherBrowser() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    URI authorize = URI.create(ConnectFlow.read(flow.start()).path("location").asText());
    flow.browser().forgetCookies();
    return Met.of(flow.follow(authorize));
  }

  private Met otherCallback() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    URI authorize = URI.create(ConnectFlow.read(flow.start()).path("location").asText());
    URI callback = flow.browser().openUntil(authorize, uri -> uri.getPath().startsWith("/callback/")).stoppedAt().orElseThrow();
    String mine = callback.getPath().substring("/callback/".length());
    for (var integration : proxy.application().send("GET", "/v1/integrations").json().path("data")) {
      if (!integration.path("id").asText().equals(mine)) {
        return Met.of(flow.browser().open(URI.create(callback.toString().replace(mine, integration.path("id").asText()))));
      }
    }
    throw new AssertionError("no other integration");
  }

  private Met callback(CallbackChange change) {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    proxy.provider().script().nextCallback(change);
    return Met.of(flow.authorize());
  }

  private ConnectFlow authorized() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox");
    flow.authorize();
    return flow;
  }

  private Met finish(String member, String value) {
    ConnectFlow flow = authorized();
    Map<String, Object> request = flow.finishRequest();
    request.put(member, value);
    return Met.of(flow.finish(request));
  }

  private Met changedRepetition() {
    ConnectFlow flow = authorized();
    flow.finish().expect(200);
    Map<String, Object> request = flow.finishRequest();
    request.put("code_verifier", ConnectFlow.random());
    return Met.of(flow.finish(request));
  }

  private Met htmlFromTheTokenEndpoint() {
    ConnectFlow flow = authorized();
    proxy.provider().script().next(Call.EXCHANGE, answersHtml());
    return Met.of(flow.finish());
  }

  private Met unknownClient() {
    ConnectFlow flow = authorized();
    proxy.provider().script().next(Call.EXCHANGE, oauthError("invalid_client"));
    return Met.of(flow.finish());
  }

  private Met otherAccount() {
    Account first = proxy.provider().accounts().get(0);
    Account other = proxy.provider().accounts().get(1);
    proxy.provider().consentsNext(first);
    String connection = proxy.connectUser("two-accounts-user");
    ConnectFlow flow = proxy.flow("two-accounts-user");
    Map<String, Object> request = flow.sessionRequest("sandbox");
    request.put("connection_id", connection);
    flow.create(request).expect(201);
    flow.open();
    proxy.provider().consentsNext(other);
    flow.authorize();
    return Met.of(flow.finish());
  }

  private Met foreignInstallation() {
    ConnectFlow flow = proxy.flow("error-user");
    flow.begin("sandbox-installation");
    proxy.provider().script().nextCallback(CallbackChange.extra("installation_id", "999999"));
    flow.authorize();
    return Met.of(flow.finish());
  }
}
