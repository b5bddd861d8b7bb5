package dev.authpipe.quickstart.stage;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.authpipe.quickstart.flow.ProviderView;
import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** The sandbox provider as the steps look at it. */
public final class SandboxView implements ProviderView {
  private final ScriptedAuthorizationServer sandbox;
  private final ShiftedClock clock;

  public SandboxView(ScriptedAuthorizationServer sandbox, ShiftedClock clock) {
    this.sandbox = sandbox;
    this.clock = clock;
  }

  @Override
  public URI apiBase() {
    return sandbox.apiBase();
  }

  @Override
  public int codeExchanges() {
    return sandbox.calls(Call.EXCHANGE);
  }

  @Override
  public int refreshes() {
    return sandbox.calls(Call.REFRESH);
  }

  @Override
  public int revocations() {
    return sandbox.calls(Call.REVOKE);
  }

  @Override
  public boolean holdsAnythingAlive() {
    return !sandbox.liveTokens().isEmpty();
  }

  @Override
  public boolean lastCallCarried(AccessToken accessToken) {
    List<RecordedRequest> calls = sandbox.requestsTo(apiBase().getRawPath() + "/");
    return !calls.isEmpty() && calls.getLast().headerValues("Authorization").contains("Bearer " + accessToken.reveal());
  }

  @Override
  public void timePasses(Duration step) {
    clock.moveOn(step);
  }
}
