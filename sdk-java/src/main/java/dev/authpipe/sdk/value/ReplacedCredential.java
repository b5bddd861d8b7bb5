package dev.authpipe.sdk.value;

/**
 * What may be shown of a secret that has been replaced.
 *
 * @param id           the connection
 * @param maskedPrefix the provider's fixed type prefix and at most 4 characters more, or empty
 */
public record ReplacedCredential(ConnectionId id, String maskedPrefix) {}
