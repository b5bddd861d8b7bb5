package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.time.Duration;

import dev.authpipe.sdk.value.ApiKey;

/**
 * Where everything runs.
 *
 * @param sample   the sample application
 * @param api      the proxy's API listener
 * @param connect  the proxy's connect listener
 * @param apiKey   a key with every scope the flow needs
 * @param provider the provider
 * @param control  the control plane
 * @param patience how long to wait for what happens soon, but not within an answer
 */
public record Surroundings(URI sample, URI api, URI connect, ApiKey apiKey, ProviderView provider,
    ControlView control, Duration patience) {
  /** What suffices on a busy laptop. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);
}
