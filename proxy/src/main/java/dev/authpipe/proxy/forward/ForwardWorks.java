package dev.authpipe.proxy.forward;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.egress.UpstreamConnections;
import dev.authpipe.proxy.http.BlockingWork;

/**
 * What every proxied call works with.
 *
 * @param upstreams connections to providers
 * @param blocking  the way off the event loop
 * @param settings  limits
 */
@Singleton
record ForwardWorks(UpstreamConnections upstreams, BlockingWork blocking, ForwardSettings settings) {}
