package dev.authpipe.quickstart.stage;

import java.time.Duration;
import java.util.function.Consumer;

import dev.authpipe.quickstart.sample.Circumstances;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * What somebody may make happen at the sandbox provider, and with the clock that it shares with the proxy.
 *
 * @param sandbox the provider
 * @param clock   of both
 * @param stores  is told how much older becomes what the stores date by a clock of their own
 */
public record SandboxCircumstances(ScriptedAuthorizationServer sandbox, ShiftedClock clock, Consumer<Duration> stores)
    implements
      Circumstances {
  @Override
  public void letTimePass(Duration step) {
    clock.moveOn(step);
    stores.accept(step);
  }

  @Override
  public void withdrawGrants(String account) {
    sandbox.accounts().stream().filter(each -> each.displayName().equals(account)).forEach(sandbox::revokeGrants);
  }
}
