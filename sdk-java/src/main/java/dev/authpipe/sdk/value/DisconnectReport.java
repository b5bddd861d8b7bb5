package dev.authpipe.sdk.value;

/**
 * What disconnecting did. The credential is erased here whatever the provider answers.
 *
 * @param id         the connection
 * @param status     {@link ConnectionStatus#DISCONNECTED}
 * @param revocation how far the provider's side has come
 * @param purged     whether nothing of the connection is left
 */
public record DisconnectReport(ConnectionId id, ConnectionStatus status, Revocation revocation, boolean purged) {}
