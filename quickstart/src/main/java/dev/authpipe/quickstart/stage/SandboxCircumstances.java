package dev.authpipe.quickstart.stage;

import java.time.Duration;

import dev.authpipe.quickstart.sample.Circumstances;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** What somebody may make happen at the sandbox provider, and with the clock that it shares with the proxy. */
public record SandboxCircumstances(ScriptedAuthorizationServer sandbox, ShiftedClock clock) implements Circumstances {
  @Override
  public void letTimePass(Duration step) {
    clock.moveOn(step);
  }

  @Override
  public void withdrawGrants(String account) {
    sandbox.accounts().stream().filter(each -> each.displayName().equals(account)).forEach(sandbox::revokeGrants);
  }
}
