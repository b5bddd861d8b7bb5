package dev.authpipe.quickstart.sample;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

import dev.authpipe.sdk.Authpipe;

/**
 * What the sample application needs to run.
 *
 * @param port port on loopback; 0 for a free one
 * @param authpipe the client of the proxy
 * @param integrations slugs of the integrations that a person may connect, one at least; the first when they name none
 * @param issuesPath path of the provider's issue list, below the provider's API address
 * @param profile address of the provider's own account page for programs
 * @param clock tells the time, which is that of the proxy and the provider
 * @param circumstances what a person may make happen
 */
public record SampleSettings(int port, Authpipe authpipe, List<String> integrations, String issuesPath, URI profile, Clock clock,
    Circumstances circumstances) {

  /** Checks that nothing is missing. */
  public SampleSettings {
    Objects.requireNonNull(authpipe, "authpipe");
    integrations = List.copyOf(integrations);
    if (integrations.isEmpty()) {
      throw new IllegalArgumentException("there is something to connect");
    }
    Objects.requireNonNull(issuesPath, "issuesPath");
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(circumstances, "circumstances");
  }
}
