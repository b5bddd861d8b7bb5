package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.ScratchDirectory;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.sandbox.Behaviours;
import dev.authpipe.testkit.sandbox.Call;

/** How the errors of a request and of its API key are met. */
final class RequestErrors {
  private static final String LIST = "/v1/connections";

  private final ProxyFixture proxy;

  private RequestErrors(ProxyFixture proxy) {
    this.proxy = proxy;
  }

  static void addTo(ErrorCases cases, ProxyFixture proxy) {
    RequestErrors errors = new RequestErrors(proxy);
    ContractClient caller = proxy.application();
    cases.problem(ErrorCode.INVALID_REQUEST, () -> Met.of(caller.send("POST", "/v1/connect-sessions", Map.of("return_url", "x"))))
        .problem(ErrorCode.INVALID_JSON, () -> Met.of(caller.send("POST", "/v1/connect-sessions", "{\"end_user\": {")))
        .problem(ErrorCode.UNKNOWN_FIELD, () -> Met.of(caller.send("POST", "/v1/connect-sessions", Map.of("colour", "red"))))
        .problem(ErrorCode.UNKNOWN_PARAMETER, () -> Met.of(caller.send("GET", LIST + "?colour=red")))
        .problem(ErrorCode.METHOD_NOT_ALLOWED, () -> Met.of(caller.send("PUT", LIST, Map.of())))
        .problem(ErrorCode.NOT_ACCEPTABLE, () -> Met.of(caller.send("GET", LIST, null, Map.of("Accept", "text/html"))))
        .problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            () -> Met.of(caller.send("POST", "/v1/connect-sessions", "{}", Map.of("Content-Type", "text/plain"))))
        .problem(ErrorCode.BODY_TOO_LARGE, () -> Met.of(caller.send("POST", "/v1/connect-sessions",
            Map.of("return_url", "x".repeat(1_100_000)))))
        .problem(ErrorCode.URI_TOO_LONG, () -> Met.of(caller.send("GET", LIST + "?cursor=" + "x".repeat(20_000))))
        .problem(ErrorCode.HEADERS_TOO_LARGE, () -> Met.of(caller.send("GET", LIST, null, Map.of("X-Long", "x".repeat(40_000)))))
        .problem(ErrorCode.INVALID_FRAMING, errors::twoLengths)
        .problem(ErrorCode.PATH_NOT_ALLOWED, () -> Met.of(caller.proxied(errors.connection(), "/%2e%2e/token")))
        .problem(ErrorCode.NOT_FOUND, () -> Met.of(caller.send("GET", LIST + "/conn_01h0000000e0080000000000zz")))
        .problem(ErrorCode.IDEMPOTENCY_KEY_REUSED, errors::otherBody).problem(ErrorCode.REQUEST_IN_PROGRESS, errors::twoAtATime)
        .problem(ErrorCode.CREDENTIAL_REFUSED, () -> Met.of(errors.importKey("no-such-key-" + ConnectFlow.random(), Map.of())))
        .problem(ErrorCode.CONFIGURED_BY_FILE, () -> Met.of(caller.send("PUT", "/v1/integrations/sandbox", Map.of())))
        .problem(ErrorCode.UNPROCESSABLE, () -> Met.of(caller.send("POST", LIST + "/batch", Map.of("connections", List.of()))))
        .problem(ErrorCode.BATCH_REFUSED,
            () -> Met.of(caller.send("POST", LIST + "/batch", Map.of("connections", List.of(Map.of())))))
        .problem(ErrorCode.UNAUTHENTICATED, () -> Met.of(proxy.anonymous().send("GET", LIST)))
        .problem(ErrorCode.SCOPE_MISSING, () -> Met.of(proxy.callerWith("incident").send("GET", LIST)))
        .problem(ErrorCode.ADDRESS_NOT_ALLOWED, () -> Met.of(errors.key("--ip-range", "192.0.2.0/24").send("GET", LIST)))
        .problem(ErrorCode.CLIENT_CERTIFICATE_REQUIRED,
            () -> Met.of(errors.key("--certificate", certificate().toString()).send("GET", LIST)))
        .problem(ErrorCode.INTEGRATION_NOT_ALLOWED, errors::otherIntegration)
        .problem(ErrorCode.END_USER_REQUIRED, () -> Met.of(errors.key("--require-end-user").accessToken(errors.connection())))
        .problem(ErrorCode.PROXY_ONLY, () -> Met.of(caller.accessToken(proxy.connectUser("guarded", "guarded-user"))))
        .problem(ErrorCode.RATE_LIMITED, () -> errors.twice("--calls-per-minute", "1"))
        .problem(ErrorCode.QUOTA_EXCEEDED, () -> errors.twice("--calls-per-month", "1"));
  }

  private String connection() {
    return proxy.connectUser("request-user");
  }

  /** One that nobody proves on a connection without TLS. */
  private static Path certificate() throws IOException {
    Path directory = ScratchDirectory.create("certificate");
    TestCertificates.create().issueTo("backend").writePemFiles(directory);
    return directory.resolve("certificate.pem");
  }

  private ContractClient key(String... options) {
    return proxy.callerWithKey(proxy.apiKeys().create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.of(options)));
  }

  private Met twice(String... options) {
    ContractClient caller = key(options);
    caller.send("GET", LIST).expect(200);
    return Met.of(caller.send("GET", LIST));
  }

  private Met twoLengths() {
    return Met.of(RawRequest.send(proxy.addresses().api(), "POST /v1/connections HTTP/1.1", "Host: x", "Content-Length: 2",
        "Content-Length: 3", "", "{}"), false);
  }

  private Met otherIntegration() {
    ContractClient caller = key("--integration", "sandbox-key");
    ConnectFlow flow = proxy.flow(caller, "request-user");
    return Met.of(flow.create(flow.sessionRequest("sandbox")));
  }

  private ContractAnswer importKey(String apiKey, Map<String, String> headers) {
    return proxy.application().send("POST", LIST, Map.of("integration", "sandbox-key", "end_user", Map.of("id", "imported-user"),
        "credential", Map.of("type", "api_key", "api_key", apiKey)), headers);
  }

  private Met otherBody() {
    Map<String, String> idempotency = Map.of("Idempotency-Key", ConnectFlow.random());
    ConnectFlow flow = proxy.flow("request-user");
    Map<String, Object> body = flow.sessionRequest("sandbox");
    proxy.application().send("POST", "/v1/connect-sessions", body, idempotency).expect(201);
    body.put("scopes", List.of("profile"));
    return Met.of(proxy.application().send("POST", "/v1/connect-sessions", body, idempotency));
  }

  private Met twoAtATime() throws Exception {
    Map<String, String> idempotency = Map.of("Idempotency-Key", ConnectFlow.random());
    String apiKey = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    Gate provider = Gate.closed();
    proxy.provider().script().next(Call.API, Behaviours.heldBy(provider));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<ContractAnswer> first = CompletableFuture.supplyAsync(() -> importKey(apiKey, idempotency), threads);
      provider.awaitArrivals(1);
      Met met = Met.of(importKey(apiKey, idempotency));
      provider.open();
      first.get().expect(201);
      return met;
    }
  }
}
