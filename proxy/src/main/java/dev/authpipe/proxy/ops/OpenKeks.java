package dev.authpipe.proxy.ops;

import dev.authpipe.proxy.envelope.KekRegistry;

/**
 * The KEKs that a start has opened and checks: the context goes on with these, for opening them once more would cost time, and those that serve must be
 * those that were checked.
 *
 * @param registry closed by the context, where there is one
 */
record OpenKeks(KekRegistry registry) {}
