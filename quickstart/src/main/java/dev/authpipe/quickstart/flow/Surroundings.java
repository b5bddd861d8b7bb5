package dev.authpipe.quickstart.flow;

import java.net.URI;

import dev.authpipe.sdk.value.ApiKey;

/**
 * Where everything runs.
 *
 * @param sample   the sample application
 * @param api      the proxy's API listener
 * @param connect  the proxy's connect listener
 * @param apiKey   a key with every scope the flow needs
 * @param provider the provider
 */
public record Surroundings(URI sample, URI api, URI connect, ApiKey apiKey, ProviderView provider) {}
