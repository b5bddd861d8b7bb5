package dev.authpipe.proxy.forward;

import java.time.InstantSource;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.echo.EchoGuards;
import dev.authpipe.proxy.egress.UpstreamConnections;
import dev.authpipe.proxy.http.BlockingWork;
import dev.authpipe.proxy.secret.Randomness;

/**
 * What every proxied call works with.
 *
 * @param upstreams connections to providers
 * @param blocking  the way off the event loop
 * @param settings  limits
 * @param echoes    guards against answers that repeat a credential
 * @param limits    what providers take
 * @param meters    what is counted
 * @param randomness for jitter
 * @param clock     wall time
 */
@Singleton
record ForwardWorks(UpstreamConnections upstreams, BlockingWork blocking, ForwardSettings settings, EchoGuards echoes,
    ProviderLimits limits, CallMeters meters, Randomness randomness, InstantSource clock) {}
