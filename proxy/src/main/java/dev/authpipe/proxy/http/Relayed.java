package dev.authpipe.proxy.http;

/** Marks what a provider answered, so that it is not taken for an answer of ours. */
sealed interface Relayed permits RelayedHead, RelayedAnswer {}
