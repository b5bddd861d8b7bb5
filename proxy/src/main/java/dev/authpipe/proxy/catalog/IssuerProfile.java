package dev.authpipe.proxy.catalog;

/**
 * The issuer of a provider's answers (RFC 9207).
 *
 * @param issuer   compared byte for byte with {@code iss}
 * @param inAnswer whether the provider advertises {@code iss} in every authorization answer; then a missing one is refused. When false, an
 *                 {@code iss} that comes anyway is still compared
 */
public record IssuerProfile(EndpointTemplate issuer, boolean inAnswer) {}
