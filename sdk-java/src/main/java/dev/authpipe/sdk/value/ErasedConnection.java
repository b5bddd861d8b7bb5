package dev.authpipe.sdk.value;

/**
 * What became of one connection of an erased person.
 *
 * @param id the connection, which answers 404 from now on
 * @param outcome the proxy's word for what was done at the provider, for instance {@code revoked}; open, like all words
 */
public record ErasedConnection(ConnectionId id, String outcome) {}
