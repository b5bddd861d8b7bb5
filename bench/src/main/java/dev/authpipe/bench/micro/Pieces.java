package dev.authpipe.bench.micro;

import dev.authpipe.proxy.caller.Callers;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.refresh.FreshCredentials;

/**
 * What a warm call goes through, as the proxy has built it.
 *
 * @param callers       who is calling
 * @param credentials   fresh credentials
 * @param configuration integrations and workspaces
 */
public record Pieces(Callers callers, FreshCredentials credentials, Configuration configuration) {}
